"""The small closed lists, ready to stand in a field: stored code, label, and what else people write."""

import re
from collections.abc import Mapping
from functools import cache

from villagebranch.domain.values import Choice, Choices


def _choice(labels: Mapping[str, str], further: Mapping[str, str] | None = None) -> Choice:
    return Choice(labels, _by_writing(further or {}))


def _by_writing(further: Mapping[str, str]) -> dict[str, str]:
    return {writing: code for code, writings in further.items() for writing in writings.split()}


SEX = _choice({"male": "男", "female": "女"}, {"male": "男性", "female": "女性"})

# GB/T 3304-1991, codes 01 to 56.
_PEOPLES = """
    汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳
    佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米
    塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
"""
ETHNICITY = Choice(
    {f"{number:02}": f"{people}族" for number, people in enumerate(_PEOPLES.split(), 1)},
    {people: f"{number:02}" for number, people in enumerate(_PEOPLES.split(), 1)},
)

# One code for each word that villages write: a roster says 大学 where the person said 大学,
# whatever GB/T 4658 calls it.
EDUCATION = _choice(
    {
        "doctor": "博士研究生",
        "master": "硕士研究生",
        "postgraduate": "研究生",
        "bachelor": "大学本科",
        "university": "大学",
        "college": "大专",
        "secondary": "中专",
        "technical": "技校",
        "vocational": "职高",
        "high": "高中",
        "middle": "初中",
        "primary": "小学",
        "none": "无",
        "unknown": "不详",
        "other": "其他",
    },
    {
        "doctor": "博士",
        "master": "硕士",
        "bachelor": "本科",
        "college": "专科 大学专科 大学专科教育 高职",
        "secondary": "中等专科 中等职业 中等专业 中等职业教育 中师",
        "technical": "技工学校 中技",
        "vocational": "职业高中",
        "high": "普通高中",
        "middle": "普通初中 初级中学",
        "primary": "高小 初小",
        "none": "文盲 不识字 半文盲 无学历",
    },
)

RELATION = _choice(
    {
        "head": "户主",
        "spouse": "配偶",
        "son": "子",
        "daughter": "女",
        "son_in_law": "女婿",
        "daughter_in_law": "儿媳",
        "grandson": "孙子",
        "granddaughter": "孙女",
        "father": "父亲",
        "mother": "母亲",
        "father_in_law": "岳父或公公",
        "mother_in_law": "岳母或婆婆",
        "grandfather": "祖父",
        "grandmother": "祖母",
        "brother": "兄弟",
        "sister": "姐妹",
        "grandchild_in_law": "孙媳或孙女婿",
        "great_grandchild": "曾孙辈",
        "nephew": "侄辈",
        "other": "其他",
    },
    {
        "head": "本人 本人或户主 家长",
        "spouse": "妻 妻子 丈夫 夫 爱人 老伴 老婆",
        "son": "儿子 长子 次子 三子 四子 五子 独生子 养子 继子 大儿子 二儿子 小儿子",
        "daughter": "女儿 长女 次女 二女 三女 四女 五女 独生女 养女 继女 大女儿 二女儿 小女儿",
        "son_in_law": "婿 上门女婿",
        "daughter_in_law": "媳 媳妇 儿媳妇 儿子媳妇",
        "grandson": "孙 孙儿 长孙 外孙 外孙子",
        "granddaughter": "外孙女 长孙女",
        "father": "父 爸爸 生父 继父 养父",
        "mother": "母 妈妈 生母 继母 养母",
        "father_in_law": "岳父 公公 公爹",
        "mother_in_law": "岳母 婆婆",
        "grandfather": "爷爷 外祖父 外公",
        "grandmother": "奶奶 外祖母 外婆",
        "brother": "兄 弟 哥哥 弟弟 哥",
        "sister": "姐 妹 姐姐 妹妹",
        "grandchild_in_law": "孙媳 孙媳妇 孙女婿 外孙女婿 外孙媳",
        "great_grandchild": "曾孙 曾孙子 曾孙女 重孙 重孙女 曾外孙 曾外孙女",
        "nephew": "侄 侄子 侄女 外甥 外甥女 侄儿",
        "other": "其他亲属 非亲属 其它 亲属",
    },
)

# The closed list of practice.md § 4: only what the household itself would accept seeing.
TAGS = Choices(
    {
        "alone": "独居老人",
        "disabled": "残疾人家庭",
        "low_income": "低保户",
        "destitute": "特困供养",
        "military": "军属",
        "away": "联系困难",
    },
    _by_writing(
        {
            "alone": "独居 独居户 独居老人户 孤寡老人 空巢老人",
            "disabled": "残疾 残疾人 残疾户 残疾人户 残疾人照料",
            "low_income": "低保 低保家庭 最低生活保障",
            "destitute": "特困 特困户 特困人员 特困供养户 五保 五保户",
            "military": "军属户 军人家庭 现役军人家庭 军烈属 光荣之家",
            "away": "外出 外出户 外出务工 全家外出 外出(联系困难) 外出（联系困难） 联系困难(外出)",
            "": "无 一般 一般户 一般农户 普通户 普通农户 普通",
        }
    ),
)

MEMBER_STATUS = _choice(
    {"full": "正式党员", "probationary": "预备党员"},
    {"full": "正式 中共党员 党员", "probationary": "预备 中共预备党员"},
)

# Posts are free text; these are offered, and their order is the order of a roster.
POSTS = ("党支部书记", "党支部副书记", "组织委员", "宣传委员", "纪检委员", "支部委员", "党小组组长")


@cache
def post_rank(post: str) -> int:
    """Return the place of a party post in a roster, however much of 村、党总支、党支部 stands before it; none comes last."""
    short = _BEFORE_POST.sub("", post)
    ranks = [_BEFORE_POST.sub("", one) for one in POSTS]
    return ranks.index(short) if short in ranks else len(ranks) - bool(post)


_BEFORE_POST = re.compile("^.*(?:党总支|党支部|支部|党委)(?=副?书记)|^(?:村|支部)(?=副?书记)")

VISIT_TYPE = _choice(
    {"liaison": "联系走访", "home": "上门家访", "field": "实地巡访"},
    {"liaison": "走访 联系", "home": "家访 上门 上门走访 入户 入户走访", "field": "巡访 实地 实地走访"},
)

# An issue heard on a visit has the visit's own type as its source: the first three codes are VISIT_TYPE's.
ISSUE_SOURCE = _choice(
    {
        "liaison": "走访",
        "home": "家访",
        "field": "巡访",
        "walk_in": "来访",
        "phone": "电话",
        "self_request": "点单",
        "member_proposal": "提案",
        "meeting": "会议",
    },
    {
        "liaison": "联系走访",
        "home": "上门家访",
        "field": "实地巡访",
        "walk_in": "群众来访",
        "phone": "来电",
        "self_request": "群众点单",
        "member_proposal": "党员提案",
        "meeting": "会上提出",
    },
)

ISSUE_KIND = _choice(
    {"problem": "问题", "request": "诉求", "suggestion": "意见"}, {"suggestion": "建议 意见建议"}
)

ISSUE_CATEGORY = _choice(
    {
        "production": "生产",
        "road": "道路",
        "water": "水利",
        "environment": "环境",
        "facility": "设施",
        "housing": "住房",
        "land": "土地",
        "medical": "医疗",
        "education": "教育",
        "employment": "就业",
        "welfare": "保障",
        "mediation": "调解",
        "safety": "治安",
        "culture": "文化",
        "policy": "政策",
        "other": "其他",
    },
    {
        "production": "农业 农业生产 生产发展 产业 产业发展 销路",
        "road": "交通 道路交通 出行 交通出行",
        "water": "饮水 用水 自来水 农田水利 灌溉 排水",
        "environment": "卫生 环境卫生 人居环境 环保 垃圾 污水",
        "facility": "基础设施 公共设施 路灯 用电 电力 通信 网络",
        "housing": "住房安全 危房 危旧房 建房 宅基地",
        "land": "土地流转 征地 拆迁 征迁 耕地",
        "medical": "医保 医疗卫生 看病 就医",
        "education": "上学 入学 就学 教育培训",
        "employment": "务工 技能培训 培训 就业创业 用工",
        "welfare": "社保 低保 社会保障 养老 救助 社会救助 民政 残疾 助老",
        "mediation": "纠纷 矛盾纠纷 矛盾调解 邻里纠纷 调处",
        "safety": "安全 社会治安 平安 公共安全 消防",
        "culture": "文体 文化生活 文化体育",
        "policy": "政策咨询 咨询 政策宣传",
        "other": "其它 综合 别的",
    },
)

ISSUE_STAGE = _choice(
    {
        "collected": "已收集",
        "sorted": "已梳理",
        "studied": "已研究",
        "assigned": "已交办",
        "in_progress": "办理中",
        "resolved": "已办结",
        "fed_back": "已反馈",
        "closed": "已销号",
        "explained": "已解释",
        "escalated": "已上报",
        "merged": "已并入",
    },
    {
        "collected": "新收集 未办 未办理 待办 待研究",
        "assigned": "交办 已定责",
        "in_progress": "在办 正在办理 办理 处理中 未办结 未解决 未完成 进行中",
        "resolved": "办结 已办 已解决 解决 已完成 完成 已处理",
        "fed_back": "反馈 已回访",
        "closed": "销号 已关闭",
        "explained": "解释 已答复 已说明",
        "escalated": "上报 上报镇 已上报镇 已上报镇里",
    },
)

# What a township may answer to an issue that came up to it.
DISPOSITION = _choice(
    {
        "solved": "镇里已解决",
        "arranged": "已安排办理",
        "granted": "同意并支持",
        "advised": "给出办法，村里办",
        "forwarded": "已转上级或部门",
        "explained": "暂不能办，请解释",
    }
)

FEEDBACK_WAY = _choice(
    {"in_person": "当面", "phone": "电话", "message": "微信", "notice": "公示"},
    {
        "in_person": "上门 面谈 上门回访",
        "phone": "打电话 电话回访",
        "message": "短信 微信群",
        "notice": "回音壁 公开栏",
    },
)

SATISFACTION = _choice(
    {"satisfied": "满意", "basically": "基本满意", "unsatisfied": "不满意"},
    {"satisfied": "很满意 非常满意", "basically": "较满意 一般"},
)

MEETING_TYPE = _choice(
    {
        "general": "支部党员大会",
        "committee": "支部委员会会议",
        "group": "党小组会",
        "class": "党课",
        "theme_day": "主题党日",
        "org_life": "组织生活会",
    },
    {
        "general": "党员大会 支部大会",
        "committee": "支委会 支部委员会 支委会议",
        "group": "党小组会议 小组会",
        "class": "上党课",
        "theme_day": "主题党日活动 党日活动",
    },
)

ATTENDANCE = _choice(
    {"present": "到", "leave": "请假", "absent": "缺席", "exempt": "不作硬性要求", "excluded": "不计入应到"},
    {
        "present": "√ ✓ 实到 出席 已到",
        "leave": "假 事假 病假",
        "absent": "缺 未到",
        "exempt": "免",
        "excluded": "不计",
    },
)

VOTE_WAY = _choice(
    {"hands": "举手表决", "ballot": "无记名投票", "spoken": "口头表决"},
    {"hands": "举手", "ballot": "票决 投票 无记名", "spoken": "口头"},
)
