"""What can be brought in from workbooks: for each form its columns, and the words that stand above them in village books."""

from dataclasses import dataclass

from villagebranch.domain.fields import Field
from villagebranch.services.imports import households, members, visits


@dataclass(frozen=True)
class ImportColumn:
    """One column that an import understands: `words` are what books write above it, the commonest first.

    A `shared` column belongs to the household: it is often written once, for all the rows of the household.
    """

    field: Field
    words: tuple[str, ...]
    shared: bool = False

    @property
    def name(self) -> str:
        return self.field.name


@dataclass(frozen=True)
class ImportForm:
    """A sort of book: its glossary name, its Chinese title, its columns in the order of the blank template."""

    name: str
    title: str
    columns: tuple[ImportColumn, ...]

    def column(self, name: str) -> ImportColumn:
        """Return the column of that name; raise KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")


def _column(field: Field, words: str, *, shared: bool = False) -> ImportColumn:
    return ImportColumn(field, tuple(dict.fromkeys([*words.split(), field.label])), shared)


_member = members.FORM.field
_household = households.FORM.field
_visit = visits.FORM.field

_SEX = _column(_member("sex"), "性别")
_ETHNICITY = _column(_member("ethnicity"), "民族 族别")
_BORN_ON = _column(_member("born_on"), "出生年月日 出生日期 出生年月 出生时间 生日 出生")
_EDUCATION = _column(_member("education"), "学历 文化程度 最高学历 文化水平 受教育程度 全日制学历")
_ID_NUMBER = _column(
    _member("id_number"),
    "公民身份号码 身份证号码 身份证号 身份证 证件号码 居民身份证号码 公民身份证号码 身份号码 证件号",
)
_PHONE_WORDS = "联系电话 手机 手机号码 手机号 电话 联系方式 电话号码 联系手机 固定电话 本人电话 户主电话"
_GROUP_WORDS = "村民小组 小组 组别 组 所在组 村小组 生产组 自然村 所属小组 村组 网格"
_DOOR_WORDS = "门牌 门牌号 门牌号码 门号 住址 家庭住址 详细地址 地址"

MEMBERS = ImportForm(
    "members",
    "党员名册",
    (
        _column(_member("name"), "姓名 党员姓名 名字"),
        _SEX,
        _ETHNICITY,
        _BORN_ON,
        _column(_member("native_place"), "籍贯 出生地"),
        _EDUCATION,
        _column(_member("degree"), "学位 学位名称"),
        _column(_member("school"), "毕业院校及专业 毕业院校 毕业学校 毕业院校系及专业 院校"),
        _ID_NUMBER,
        _column(_member("work_started_on"), "参加工作日期 参加工作时间 工作时间 参工时间"),
        _column(_member("occupation"), "工作岗位 职业 从事职业 岗位 工作单位 工作单位及职务 职业状况"),
        _column(_member("phone"), _PHONE_WORDS),
        _column(
            _member("address"), "家庭住址 现居住地 住址 家庭地址 居住地 常住地址 现住址 地址 详细住址 住所"
        ),
        _column(_member("police_station"), "户籍派出所 户口所在地派出所 所属派出所 派出所"),
        _column(_member("status"), "人员类别 党员类别 党员类型 党籍状态 正式或预备"),
        _column(
            _member("joined_on"),
            "入党日期 入党时间 入党年月 加入党组织日期 加入中共组织的时间 加入中共组织日期 入党",
        ),
        _column(_member("full_on"), "转正日期 转正时间 转正年月 转为正式党员日期 转正"),
        _column(_member("post"), "党内职务 党内现任职务 现任党内职务 支部职务 职务 担任职务"),
        _column(_member("party_group"), "所在党小组 党小组 所属党小组"),
        _column(_member("sponsors"), "入党介绍人 介绍人"),
        _column(_member("away"), "是否流动党员 流动党员 是否流动 是否外出 流动 是否为流动党员"),
        _column(_member("away_since"), "外出时间 外出日期 流出时间"),
        _column(_member("away_place"), "外出地点 外出流向 流入地 外出地 去向 外出地点（流入地）"),
        _column(_member("contact"), "支部联系人 联系人 党组织联系人"),
        _column(_member("exempt"), "年老体弱 是否年老体弱"),
        _column(_member("dues_fen"), "党费标准 月交党费 每月党费 党费 月缴党费 应交党费"),
        _column(_member("hardship"), "困难情形 困难情况 是否困难党员 生活困难情况"),
        _column(_member("honours"), "奖惩情况 奖惩 奖励情况 获奖情况"),
        _column(_member("remark"), "备注 说明"),
    ),
)

HOUSEHOLDS = ImportForm(
    "households",
    "群众户花名册",
    (
        _column(_household("number"), "户号 户编号 家庭编号 户序号 户码 户籍编号", shared=True),
        _column(_household("villager_group"), _GROUP_WORDS, shared=True),
        _column(_household("door"), _DOOR_WORDS, shared=True),
        _column(_household("head"), "户主 户主姓名 户主名字 户主名称", shared=True),
        _column(_household("name"), "姓名 家庭成员姓名 成员姓名 家庭成员 人员姓名 户主姓名 户主"),
        _column(_household("relation"), "与户主关系 家庭关系 关系 与户主的关系 与户主之关系 成员关系"),
        _SEX,
        _ETHNICITY,
        _BORN_ON,
        _EDUCATION,
        _ID_NUMBER,
        _column(_household("phone"), _PHONE_WORDS),
        _column(_household("tags"), "户类型 户类别 农户类型 类别 家庭类型 户属性 类型"),
        _column(_household("card_given"), "联系卡已发放 联系卡是否发放 联系卡 是否发放联系卡"),
        _column(_household("note"), "备注 说明"),
    ),
)

VISITS = ImportForm(
    "visits",
    "走访记录",
    (
        _column(_visit("occurred_on"), "日期 走访日期 走访时间 时间 家访日期 走访年月日"),
        _column(
            _visit("visitors"),
            "走访人 走访人员 走访干部 走访党员 联系干部 走访者 干部姓名 联系人",
        ),
        _column(
            _visit("head"),
            "户主 户主姓名 走访户 走访对象 走访户主 走访农户 群众姓名 农户姓名 被走访人 姓名 对象",
        ),
        _column(_visit("villager_group"), _GROUP_WORDS),
        _column(_visit("door"), _DOOR_WORDS),
        _column(_visit("place"), "地点 走访地点 巡访地点"),
        _column(_visit("visit_type"), "走访方式 走访形式 走访类型 方式 形式 三访类型 走访类别"),
        _column(
            _visit("account"),
            "走访情况 走访内容 了解情况 情况记录 走访记录 谈话内容 谈了什么 主要内容 内容 基本情况 民情记录",
        ),
        _column(
            _visit("words"),
            "反映问题 群众反映的问题 反映的问题 问题 群众反映的问题/意见 意见建议 诉求 群众诉求 问题及诉求 问题内容 存在问题 困难诉求",
        ),
        _column(_visit("category"), "问题类别 问题类型 诉求类别 类别 问题分类"),
        _column(_visit("answer"), "当场答复 现场答复"),
        _column(_visit("measure"), "解决办法和措施 解决措施 办理措施 措施 解决办法 处理措施 处理意见"),
        _column(_visit("lead"), "责任领导 包案领导 牵头领导"),
        _column(_visit("owner"), "责任人 办理人 承办人 经办人 具体责任人"),
        _column(_visit("due_on"), "完成时限 办理时限 完成期限 时间节点 限办日期 办结时限 时限"),
        _column(
            _visit("result"),
            "办理结果 办理情况 处理结果 解决情况 进展 办理进展 办理状态 是否解决 是否办结 处理情况 落实情况 状态 结果",
        ),
        _column(
            _visit("resolved_on"), "办结日期 办结时间 解决时间 完成日期 完成时间 解决日期 销号时间 销号日期"
        ),
        _column(_visit("fed_back_on"), "反馈日期 反馈时间 回访日期 回访时间"),
        _column(_visit("satisfaction"), "满意度 群众满意度 是否满意 满意情况 群众评价"),
    ),
)

FORMS = (MEMBERS, HOUSEHOLDS, VISITS)
