// Replicate two PouchDB databases with one another; the work comes as JSON on standard input, the costs go to the output.
const fs = require("fs");
const PouchDB = require(process.argv[2]);

async function change(db, changes) {
  const rows = (await db.allDocs({ keys: Object.keys(changes), include_docs: true })).rows;
  await db.bulkDocs(rows.map((row) => ({ ...(row.doc || { _id: row.key }), ...changes[row.key] })));
}

async function cost(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 1000);
}

async function main() {
  const { folder, base, there, here } = JSON.parse(fs.readFileSync(0, "utf8"));
  const [a, b] = ["there", "here"].map((name) => new PouchDB(`${folder}/${name}`));
  await change(a, base);
  await a.replicate.to(b);
  await b.replicate.to(a); // or its first time would look through everything again
  await change(a, there);
  await change(b, here);
  const over = await cost(() => a.replicate.to(b));
  const back = await cost(() => b.replicate.to(a));
  let kept = 0, same = 0;
  const ids = [...new Set([...Object.keys(there), ...Object.keys(here)])];
  for (const id of ids) {
    const [one, other] = await Promise.all([a, b].map((db) => db.get(id, { conflicts: true })));
    kept += (one._conflicts || []).length;
    same += JSON.stringify(one) === JSON.stringify(other);
  }
  console.log(`over ${over} ms CPU, back ${back} ms CPU; ${same} of ${ids.length} records equal, ${kept} losing revisions kept`);
}

main();
