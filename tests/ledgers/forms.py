"""The seven forms of the design, and what else the writer must be able to set, as documents with invented people."""

from io import BytesIO

from PIL import Image

from villagebranch.domain.paper import Cell, Cover, Document, Form, Line, Rows, Sheet, Words, name_on_paper
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Align

UNIT = "枫泾镇新黎村党支部"


def table(heads: str, rows: str | list[tuple[str, ...]]) -> Table:
    """Return a table: a head is label:width:l, c or r; rows may be lines of texts with | between them, yet unnumbered."""
    sides: dict[str, Align] = {"l": "left", "c": "center", "r": "right"}
    parts = [head.split(":") for head in heads.split()]
    columns = tuple(
        Column(f"c{n}", label, width=float(width) if width else None, align=sides[side])
        for n, (label, width, side) in enumerate(parts)
    )
    if isinstance(rows, str):
        rows = [(str(n), *line.split("|")) for n, line in enumerate(rows.split("\n"), 1)]
    return Table(columns, rows)


def document(*sheets: Sheet, unit: str = UNIT, booklet: bool = False) -> Document:
    return Document(sheets[0].title, sheets, unit, booklet)


def label(text: str, **more: int) -> Cell:
    return Cell(text, "head", **more)


VISITS = """\
11-02|沈金龙|上门家访|秋收结束，谈明年种植打算，想流转3亩地。|土地流转怎么办手续|11-05 已代办|满意
11-03|黄永年|上门家访|子女在外，身体尚好，日常由邻居照看。|无|—|—
11-06|顾文彬|实地巡访|查看3组机耕路塌方处，长约4米，农机不能过。|3组机耕路塌方|已上报镇里，在办|—
11-09|周福林|上门家访|住院出院，合作医疗报销材料不会填。|合作医疗报销|代办中，限11-29|—
11-12|陈小妹|联系走访|宣讲医保缴费政策，当场帮助缴费。|无|—|—
11-18|朱美英|上门家访|谈家庭农场用工，缺插秧短工。|缺短工|11-19 介绍2人|满意
11-23|陆根发|上门家访|血压偏高，药快吃完；稻谷没有车送粮站；屋面漏雨一处。|稻谷运输；屋面漏雨|限11-25；限12-10|—"""


def handbook() -> Document:
    heads = "序:8:c 日期:14:c 户主:15:c 走访方式:19:c 走访情况::l 反映的问题:23:l 办理情况:22:l 评价:12:c"
    closing = "本月小结：走访 7 户，收到问题 6 件，当月办结 2 件，在办 4 件，其中上报 1 件。"
    return document(
        Sheet(
            "联系服务群众手册",
            (Rows(table(heads, VISITS), blank_rows=3, row_height=12, closing=closing),),
            subtitle="（2026年11月走访页）",
            line=("走访人：陆明华（支部委员）", "联系 46 户", "本月应访 10 户，已访 7 户"),
            signatures=("走访人（签字）：", "党支部书记（签字）：", "年　　月　　日"),
        )
    )


ISSUES = """\
11-02|2组 沈金龙|家访|生产|土地流转怎么办手续|村里代办流转合同|沈建国|陆明华|11-10|11-05 办结|11-06 当面|满意
11-06|3组 顾文彬|巡访|道路|机耕路塌方约4米，农机不能过|村出资1.2万元，其余报镇|沈建国|陆明华|11-19|上报镇，在办（超期4天）||
11-09|4组 周福林|家访|医疗|合作医疗报销材料不会填|全程代办|周　丽|朱美英|11-29|材料已收齐||
11-18|4组 朱美英|家访|就业|家庭农场缺插秧短工|介绍本村劳力|沈建国|陆明华|11-25|11-19 办结|11-20 电话|满意
11-21|6组 金巧云|家访|设施|村口路灯不亮 3 盏|联系供电所检修|沈建国|周　丽|11-25|已报修||
11-23|5组 陆根发|家访|生产|稻谷没有车送粮站|派村里农用车|周　丽|陆明华|11-25|||
11-23|5组 陆根发|家访|住房|屋面漏雨一处|危旧房小修|沈建国|周　丽|12-10|||"""


def monthly_summary() -> Document:
    heads = (
        "序:8:c 收集日期:16:c 反映人:23:c 来源:12:c 类别:12:c 问题::l 解决办法和措施::l 责任领导:17:c "
        "责任人:15:c 完成时限:16:c 办理结果:33:l 反馈:22:c 满意度:14:c"
    )
    closing = "上月结转 7 件，本月新收 7 件；本月办结 9 件，已反馈 8 件；结转下月 5 件，其中超期 1 件、上报镇 1 件。"
    return document(
        Sheet(
            "群众反映问题月度汇总表",
            (Rows(table(heads, ISSUES), closing=closing),),
            subtitle="（2026年11月）",
            line=("单位：枫泾镇新黎村党支部（盖章）", "研究会：2026年11月24日 支部委员会", "单位：件"),
            signatures=("填表人：周　丽", "审核人：", "党支部书记（签字）：", "填表日期：2026年11月24日"),
            landscape=True,
        )
    )


def meeting_record() -> Document:
    discussion = (
        "一、介绍人陆明华、周丽汇报吴晓燕同志预备期表现。朱美英、吴志强、沈金龙等6名党员发言，认为该同志工作踏实，"
        "走访群众认真，同意按期转正。\n二、陆明华报告11月6日巡访发现的塌方情况：长约4米，农机不能通过，涉及3组26户。"
        "周福林提出先用碎石临时垫平，大家同意。"
    )
    return document(meeting_sheet(discussion))


def meeting_sheet(discussion: str) -> Sheet:
    absent = (
        "陆建平（外出务工，请假）、黄永年（住院）、顾阿大（年老体弱，不作硬性要求）、金小弟（外出务工，请假）"
    )
    votes = "议题一：应到有表决权 30 人，赞成 25，反对 0，弃权 1。赞成超过应到有表决权人数的半数，通过。\n议题二：赞成 26，反对 0，弃权 0，通过。"
    decisions = "一、同意吴晓燕同志按期转为正式党员，报镇党委审批。\n二、村出资1.2万元，陆明华负责，12月10日前先行垫平；其余报镇里。"

    def wide(head: str, text: str, height: float = 11, top: bool = False) -> Line:
        return Line((label(head), Cell(text, columns=3, top=top)), height)

    def pair(first: str, one: str, second: str, other: str) -> Line:
        return Line((label(first), Cell(one), label(second), Cell(other)), 11)

    lines = (
        pair("时间", "2026年11月20日 14:00—15:40", "地点", "党群服务中心二楼"),
        pair("主持人", "沈建国", "记录人", name_on_paper("周丽")),
        pair("应到", "31 人（有表决权 30 人）", "实到", "27 人（有表决权 26 人）"),
        wide("缺席及原因", absent),
        wide("列席", "枫泾镇党建办 钱志明；入党积极分子 李晓梅"),
        wide("议题", "一、讨论吴晓燕同志按期转为正式党员；\n二、讨论3组机耕路修复方案。", 16),
        wide("讨论发言", discussion, 55, top=True),
        wide("表决", votes, 22),
        wide("决议", decisions, 22),
    )
    return Sheet(
        "支部党员大会记录",
        (Form((17, 36, 17, 29), lines),),
        subtitle="（2026年第4次）",
        signatures=("主持人（签字）：", "记录人（签字）：", "2026年　　月　　日"),
    )


ANSWERS = """\
土地流转怎么办手续|村里代办流转合同|陆明华|11-10|11-05 办结
机耕路塌方约4米，农机不能过|村出资1.2万元，其余报镇|陆明华|11-19|上报镇，在办
合作医疗报销材料不会填|全程代办|朱美英|11-29|材料已收齐
家庭农场缺插秧短工|介绍本村劳力|陆明华|11-25|11-19 办结
村口路灯不亮 3 盏|联系供电所检修|周　丽|11-25|已报修
稻谷没有车送粮站|派村里农用车|陆明华|11-25|
屋面漏雨一处|危旧房小修|周　丽|12-10|"""


def notice() -> Document:
    heads = "序:11:c 问题::l 解决办法和措施:72:l 责任人:23:c 完成时限:28:c 办理结果:40:l"
    term = (
        "公示期：2026年11月25日至12月1日。对办理结果有意见的，请找村党支部：沈建国　电话 5736****　"
        "意见箱在党群服务中心门口。"
    )
    return document(
        Sheet(
            "群众反映问题办理公示",
            (
                Rows(table(heads, ANSWERS), row_height=11.5),
                Words(term),
                Words(f"{UNIT}\n2026年11月25日", "right", 14),
            ),
            subtitle="（回音壁·2026年11月）",
            landscape=True,
            numbered=False,
            foot="反映人的姓名、门牌和电话不公示",
        )
    )


PEOPLE = ("王堃", "徐小芳", "段志明", "钟雪琴", "曾国强", "陆建平", "黄永年", "吴晓燕", "郑金山", "单美珍")


def member_roster(count: int = 58) -> Document:
    heads = (
        "序:8:c 姓名:17:c 性别:11:c 民族:12:c 出生年月:19:c 学历:12:c 入党时间:19:c 转正时间:19:c "
        "党内职务::c 党小组::c 职业::c 联系电话:28:c 现居住地:20:c 流动:11:c 备注:19:c"
    )
    rest = (
        "男",
        "汉族",
        "1978-02",
        "中专",
        "2011-01",
        "2012-01",
        "党支部书记",
        "第一党小组",
        "务农",
        "132****9676",
    )
    rows = [
        (str(n + 1), name_on_paper(PEOPLE[n % 10]), *rest, f"{n % 9 + 1}组{n + 3}号", "否", "")
        for n in range(count)
    ]
    return document(
        Sheet(
            "党员名册",
            (Rows(table(heads, rows), row_height=9),),
            subtitle="（截至2026年10月31日）",
            line=("单位：梅溪村党支部（盖章）", "共 58 人，其中正式 55 人、预备 3 人"),
            signatures=("填表人：", "审核人（党支部书记）：", "填表日期：2026年10月31日"),
            landscape=True,
        )
    )


def photo() -> bytes:
    file = BytesIO()
    Image.linear_gradient("L").resize((300, 420)).save(file, "JPEG")
    return file.getvalue()


def member_card() -> Document:
    def full(head: str, text: str, height: float = 11) -> Line:
        return Line((label(head), Cell(text, columns=5)), height)

    def pair(first: str, one: str, second: str, other: str) -> Line:
        return Line((label(first), Cell(one), label(second), Cell(other, columns=3)), 11)

    def beside_photo(first: str, one: str, second: str, other: str, *more: Cell) -> Line:
        return Line((label(first), Cell(one), label(second), Cell(other, columns=2), *more), 11)

    lines = (
        beside_photo("姓名", "陆建平", "性别", "男", Cell("照片", "muted", rows=4)),
        beside_photo("民族", "汉族", "籍贯", "浙江嘉善"),
        beside_photo("出生日期", "1981年5月18日", "学历", "大学专科"),
        Line((label("公民身份号码"), Cell("330424198105189558", columns=4)), 11),
        Line(
            (
                label("毕业院校及专业"),
                Cell("嘉兴职业技术学院 园艺", columns=2),
                label("学位"),
                Cell("无", columns=2),
            ),
            11,
        ),
        pair("参加工作日期", "2002年7月", "联系电话", "139****0087（存档件印全号）"),
        full("家庭住址", "梅溪村5组18号"),
        full("户籍派出所", "枫泾派出所"),
        pair("入党日期", "2008年3月11日", "转正日期", "2009年3月11日"),
        pair("人员类别", "正式党员", "党龄", "18 年"),
        pair("入党介绍人", "段志明、黄永年", "党内职务", "无"),
        pair("工作岗位", "外出务工", "是否流动党员", "是（上海市松江区新桥镇，2019年2月外出）"),
        pair("党费标准", "0.5 元/月", "困难情形", "无"),
        full("奖惩情况", "2015年被镇党委评为优秀共产党员。", 28),
        full("备　注", "—", 22),
    )
    return document(
        Sheet(
            "党员基本信息采集表",
            (Form((29, 52, 26, 12, 12, 31), lines),),
            line=("所在党组织：枫泾镇梅溪村党支部", "填表日期：2026年10月31日"),
            signatures=("本人签字：", "党支部书记签字：", "（党支部盖章）"),
        ),
        unit="",
    )


def sign_in() -> Document:
    heads = "序:11:c 姓名:26:c 签到::c " * 2
    names = [name_on_paper(PEOPLE[n % 10]) for n in range(31)] + [""]
    rows = [(str(n + 1), names[n], "", str(n + 17), names[n + 16], "") for n in range(16)]
    return document(
        Sheet(
            "支部党员大会签到表",
            (Rows(table(heads, rows), row_height=11.5),),
            subtitle="（2026年第4次）",
            line=("时间：2026年11月20日 14:00", "地点：党群服务中心二楼", "应到 31 人"),
            signatures=("实到：　　　人", "请假：　　　人", "记录人（签字）："),
        )
    )


def cover() -> Document:
    lines = (("村名", "新黎村"), ("联系人", "陆明华"), ("年度", "2026年"))
    block = Cover("联系服务群众手册", lines, (UNIT, "二〇二六年一月"))
    return document(Sheet("联系服务群众手册", (block,), numbered=False))


FORMS = {
    "handbook": handbook,
    "monthly-summary": monthly_summary,
    "meeting-record": meeting_record,
    "notice": notice,
    "member-roster": member_roster,
    "member-card": member_card,
    "sign-in": sign_in,
    "cover": cover,
}
