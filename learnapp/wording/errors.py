"""What each domain code says to a reader: the one place where refusals become sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from learnapp.domain.bank.versions import VersionAction, VersionState
from learnapp.wording.catalogue import N_, Language, Lenient, translated
from learnapp.wording.dates import moment_label
from learnapp.wording.labels import label
from question_bank.kinds import QuestionType
from question_bank.messages import CODES, message

SENTENCES: Mapping[str, str] = {
    "unit_name_taken": N_("这个上级下面已有同名的单位。"),
    "unit_is_retired": N_("已撤销的单位不能用，请先恢复。"),
    "unit_below_itself": N_("不能归到自己或自己的下级下面。"),
    "unit_is_there": N_("本来就在这个单位下面。"),
    "unit_placed_later": N_("这之后隶属还有变动，请从更晚的日子改。"),
    "unit_above_reach": N_("它现在的上级不在您的管理范围内，请由上级管理员改。"),
    "unit_has_members": N_("还有人在这个单位任职，先把人调走。"),
    "unit_has_children": N_("下面还有单位，先改它们的隶属或撤销。"),
    "unit_has_roles": N_("还有人的角色管着这个单位，先结束这些角色。"),
    "last_login": N_("这是唯一的登录名，先加新的，再停用它。"),
    "posting_as_it_is": N_("此人已在这个单位这样任职。"),
    "posting_meanwhile": N_("这段时间里原单位的任职有变动，请分段登记。"),
    "posting_needs_basis": N_("另任一职要写明依据：借调、抽调、挂职、派驻或兼职。"),
    "posting_counts": N_("这是计数的任职，改用调动或离退。"),
    "date_unlikely": N_("日期不对，请检查年份。"),
    "begins_in_the_past": N_("起始日不能早于今天。"),
    "not_found": N_("没有找到。可能已被移走，或不在您可见的范围内。"),
    "forbidden": N_("您的角色不能做这件事。"),
    "identity_card": N_("身份证号不能作登录名。"),
    "login_name_shape": N_("登录名“%(value)s”应为 3 至 32 位字母、数字、点、横线或下划线。"),
    "login_name_taken": N_("登录名“%(value)s”已有人使用。"),
    "login_name_twice": N_("登录名“%(value)s”与第 %(other)s 行重复。"),
    "login_name_needed": N_("缺少登录名：警号、工号、手机号至少填一项。"),
    "password_short": N_("密码至少 %(least)s 位。"),
    "password_long": N_("密码至多 %(most)s 位。"),
    "password_digits": N_("密码不能只有数字：生日、手机号、证件号别人也知道。"),
    "password_weak": N_("这个密码容易猜到：常见的词、姓名、单位、年份和键盘上的一串都不行。"),
    "password_used": N_("最近用过这个密码，请换一个。"),
    "password_changed": N_("密码刚刚改过，请用新密码登录。"),
    "person_disabled": N_("此人已停用，先启用，再发启用码。"),
    "person_above": N_("此人还有您管不到的单位的角色，请由上级管理员办理。"),
    "last_admin": N_("这是最后一位能登录的管理员，不能停用或结束其角色。先授予另一人。"),
    "ends_in_the_past": N_("结束日不能早于今天。"),
    "codes_unknown": N_("没有这批启用码，或不在您可见的范围内。"),
    "action_unknown": N_("刚才那次没有完成，什么也没有改动。请返回再试。"),
    "nobody_chosen": N_("没有可以发启用码的人，请换个条件。"),
    "choice_changed": N_("预览以后人员或账号有变动，请再看一遍预览。"),
    "person_is_disabled": N_("已停用。"),
    "code_unknown": N_("启用码不对，或已用过、已过期。请向管理员要一个新的。"),
    "code_used": N_("启用码刚刚被用过。"),
    "name_needed": N_("名称不能为空。"),
    "unit_needed": N_("缺少单位。"),
    "unit_unknown": N_("没有这个单位：%(value)s。请先在“单位”表中加上，或改正名称。"),
    "unit_ambiguous": N_("叫“%(value)s”的单位不止一个，请写明是哪一个：%(choices)s。"),
    "zeros_eaten": N_(
        "“%(value)s”可能被 Excel 去掉了开头的 0：同列都是 %(digits)s 位。请改成文本，如 %(proposed)s。"
    ),
    "kind_unknown": N_("不认识的单位类别：%(value)s。"),
    "category_unknown": N_("不认识的人员类别：%(value)s。"),
    "basis_unknown": N_("不认识的任职依据：%(value)s。"),
    "role_needed": N_("写了角色单位“%(value)s”，没有写角色。"),
    "role_unknown": N_("不认识的角色：%(value)s。"),
    "roster_has_troubles": N_("还有 %(count)s 行有问题，名册没有导入。改好文件后重新上传。"),
    "wrong_type": N_("不支持这种文件，请用 %(allowed)s。"),
    "broken_file": N_("文件打不开，可能已损坏。请用原软件打开后另存再传。"),
    "too_large": N_("文件太大。"),
    "too_costly": N_(
        "读取这个文件要用的时间或内存超出了限度，没有读完。请拆成几个文件，或另存为新文件后再传。"
    ),
    "too_busy": N_("正在读取别的文件，请过一会儿再传。"),
    "macros": N_("文件含有宏，不予导入。"),
    "encrypted": N_("文件有密码保护，请取消密码后再导入。"),
    "file_missing": N_("文件在服务器上缺失，请告诉管理员。"),
    "empty_file": N_("文件是空的。"),
    "file_needed": N_("请选择一个文件。"),
    "lock_file": N_("这是办公软件的临时文件（~$ 开头），请选原文件。"),
    "empty_sheet": N_("工作表“%(sheet)s”是空的。"),
    "sheet_missing": N_("缺少工作表“%(sheet)s”。"),
    "column_missing": N_("工作表“%(sheet)s”缺少“%(column)s”一列。"),
    "front_matter_broken": N_("文件开头 --- 之间的说明读不出来，每行应为“名称: 内容”。"),
    "secrecy_marking": N_("文件带有密级标志“%(marking)s”，不能导入。"),
    "not_text": N_("读不出文字：请把文件存成 UTF-8 或 GBK 编码。"),
    "reading_empty": N_("没有读到正文。"),
    "import_unknown": N_("没有这次导入。"),
    "import_entering": N_("这次导入正在进行，不能再改动。"),
    "import_ended": N_("这次导入已经结束，没有再改动任何内容。"),
    "preview_running": N_("这道题的另一项改正正在预览，等它结束或先取消它。"),
    "regrade_running": N_("上一次改正还在重判答卷，全部重判后才能再改。"),
    "background_unknown": N_("没有这项后台任务。"),
    "background_ended": N_("这项后台任务已经做完，或者后来又重新要求过。"),
    "background_must_end": N_("改正已经生效，这项任务要做完，不能取消。"),
    "background_broken_off": N_("几次都中途断开，已停下。重试会从断开的地方接着做。"),
    "import_row_unknown": N_("没有这条记录。"),
    "record_incomplete": N_("这条记录不完整，不能照此导入。"),
    "blueprint_empty": N_("方案里还没有题目。"),
    "fixed_unfit": N_("固定试题 %(number)s 不在这个题库可考的题里，或不合方案里任何一行。"),
    "cell_unread": N_("第 %(cell)s 行的题数或分数不对。"),
    "blueprint_short": N_(
        "第 %(cell)s 行要 %(wanted)s 道%(type)s题，题库里只有 %(available)s 道可用。"
    ),
    "dates_out_of_order": N_("结束不能早于开始。"),
    "window_in_the_past": N_("这个时间已经过去。"),
    "stage_has_past": N_("阶段“%(name)s”里已有布置过的任务，不能移出。"),
    "no_exam_fits": N_("这段时间里排不进一场考试。请看看起止日期和开考时间。"),
    "too_many_exams": N_("一次至多排 %(most)s 场，请把时间缩短。"),
    "pass_mark_out_of_range": N_("合格线要在 0 和满分之间。"),
    "minutes_only_grow": N_("已有 %(n)s 人开始作答，时长只能加，不能减。"),
    "tries_only_grow": N_("已有 %(n)s 人开始作答，次数只能加，不能减。"),
    "pass_mark_only_falls": N_("已有 %(n)s 人开始作答，合格线只能降，不能升。"),
    "release_only_earlier": N_("已有 %(n)s 人开始作答，成绩只能比原定早公布，不能更晚。"),
    "too_many_results": N_("有 %(n)s 份成绩要重新判定，一次至多 %(most)s 份。"),
    "outside_the_stage": N_("时间不在本阶段之内。"),
    "stage_too_long": N_("一个阶段至多两年。"),
    "no_study_days": N_("这段时间里没有学习日。"),
    "nothing_required": N_("计划里还没有必学内容，不能发布。"),
    "stage_is_over": N_("阶段里没有剩下的学习日，不能再加学习内容。"),
    "planned_in_the_past": N_("这一项排在今天以前，已经布置过，不能移出。"),
    "would_be_overdue": N_("有 %(count)s 人会立即逾期。要这样发布，请勾选确认。"),
    "plan_changed": N_("预览以后计划又有改动，请再看一遍预览。"),
    "revision_published": N_("计划已发布。要改动请先建新版。"),
    "window_not_open": N_("还没有开考，%(opens_at)s 开始。"),
    "window_closed": N_("已于 %(closes_at)s 截止。"),
    "bank_in_use": N_("题库里有过题目，或有组卷方案、没有完成的导入，不能停用。"),
    "reading_in_use": N_("有计划在用这份学习材料，或已有人学完，不能停用。"),
    "window_cancelled": N_("本场已取消。"),
    "window_opened": N_("已经开考，开考时间不能再改。"),
    "close_too_early": N_("最早只能改到 %(least)s：正在作答的、现在开始的人要有足够时间。"),
    "keys_are_out": N_("这场的答案已经公布，不能再开；需要的话另加一场补考。"),
    "window_has_attempts": N_("本场已有 %(n)s 份答卷，不能取消。确要取消，先逐份作废。"),
    "restored_too_late": N_("原定 %(opens_at)s 开考，时间已过，不能撤销取消；可以再加一场。"),
    "nothing_to_reduce": N_("没有可以减回的时间：没有加过，或已经用掉。"),
    "marks_are_out": N_("成绩已经公布，不能恢复作答。"),
    "marked_by_hand": N_("已有人阅过这份答卷，不能恢复作答。"),
    "begun_since": N_("此人之后又开始了另一份答卷，不能恢复这一份。"),
    "not_handed_in": N_("这份答卷没有交卷，或已作废。"),
    "minutes_needed": N_("交卷时没有剩余时间，请填给几分钟。"),
    "release_too_early": N_("%(opens_at)s 才开考，还没有成绩可以公布。"),
    "nothing_marked": N_("还没有阅完的答卷，没有成绩可以公布。"),
    "no_tries_left": N_("作答次数已用完（共 %(tries)s 次）。"),
    "already_sat": N_("这一场补考给缺考的人；您已经交过卷。"),
    "already_passed": N_("这一场补考给不合格的人；您已经合格。"),
    "nothing_to_retake": N_("这一场补考给不合格的人；您还没有交过卷。"),
    "not_marked_yet": N_("上一份答卷的成绩还没有公布，公布后才知道要不要补考。"),
    "key_on_open_paper": N_("这道题在您还没有交的试卷上，交卷后再看答案。"),
    "recused": N_("您接触过这次考试题目的答案，按命题回避的规定不能参加。请告诉管理员。"),
    "version_state": N_("这一版题目现在是“%(state)s”，不能这样做。"),
    "own_case": N_("这件事与您本人有关，请由另一位有权限的人办理。"),
    "same_question": N_("题库里已有题干和选项相同的题。"),
    "question_unknown": N_("没有这道题。"),
    "question_incomplete": N_("题目还不完整。"),
    "nothing_ticked": N_("请勾选要处理的题，一次至多 %(most)s 题。"),
    "nothing_to_change": N_("没有选要改的内容。"),
    "key_unchanged": N_("答案没有变化。"),
    "already_void": N_("这道题已经这样作废了。"),
    "admits_nothing": N_("简答题由人阅卷，参考答案可以直接改，不另外承认答案。"),
    "void_leaves_nothing": N_(
        "有的试卷除了这道题再没有计分的题，不能从满分中扣除；可以选“都得满分”。"
    ),
    "void_unmarked": N_("作废时还有简答没有人阅过，现在恢复计分就没有分数可依，不能恢复。"),
    "key_moved": N_("预览之后，这道题已由他人改正过，请重新看看会有什么变化。"),
    "correction_needed": N_("请选怎样改正。"),
    "key_shape": N_("新答案的形式与题型不符。"),
    "nobody_to_remind": N_("没有选中需要提醒的人。"),
    "chase_unknown": N_("没有这份督办。"),
    "chase_ended": N_("这份督办已经作废或销号。"),
    "chase_issued": N_("已经发出，不能作废；达到条件会自动销号。"),
    "chased": N_("这个单位在这个阶段已有一份在办的，不重复发。"),
    "letter_first": N_("要先发提醒函，到期没有办结才能发督办单。"),
    "letter_still_running": N_("提醒函还没有到期，到期没有办结才能发督办单。"),
    "owner_unknown": N_("请选该单位的负责人或联络员。"),
    "target_out_of_range": N_("请填 %(least)s 到 %(most)s 之间的数。"),
    "deadline_out_of_range": N_("期限要在明天到 %(days)s 天之内。"),
    "condition_holds": N_("这个单位已经达到这个条件，不用督办。"),
    "briefing_unknown": N_("没有这份简报。"),
    "briefing_issued": N_("已经印发，不能再改。"),
    "figure_unknown": N_("没有这个编号的数字。"),
    "half_not_true": N_("“时间过半、任务过半”现在不成立，不能写进去；可以写差多少、谁来补。"),
    "figure_by_hand": N_("不能使用“⟦”“⟧”这两个符号。"),
    "session_unknown": N_("没有这场集中学习。"),
    "session_not_begun": N_("还没到时间，开始前两小时起可以点名，开始后可以结束。"),
    "report_unknown": N_("没有这期周报。"),
    "text_missing": N_("请填写内容。"),
    "report_needed": N_("请写明哪里不对。"),
    "report_closed": N_("这条反馈已经答复。"),
    "paper_cannot_be_drawn": N_("题库里的题不够组成这份试卷，请告诉管理员。"),
    "attempt_ended": N_("这份答卷已经结束。"),
    "already_marked": N_("这一题已由他人阅过。"),
    "mark_out_of_range": N_("分数应在 0 与满分之间。"),
    "points_do_not_add_up": N_("各要点的得分加起来与总分不符。"),
    "band_unread": N_("读不懂“%(value)s”，等次应写成“优秀 90”。"),
    "bands_alike": N_("两个等次的分数线相同。"),
    "outside_the_networks": N_("这场考试只能在指定的网络里开始，请到指定地点作答。"),
    "not_in_batch": N_("这一场只给名单里的人，您在别的场次。"),
    "network_unread": N_("读不懂网段“%(value)s”，应写成 10.3.0.0/16。"),
    "people_unknown": N_("找不到这些人：%(names)s。"),
    "people_ambiguous": N_("“%(name)s”有同名的人，请写明是哪一位：%(choices)s。"),
    "not_late": N_("这次作答没有迟到，或已经采纳。"),
    "on_paper": N_("这份答卷用纸笔作答，由工作人员录入。"),
    "sat_already": N_("此人在这场考试里已有答卷。"),
    "asked_by_self": N_("您提交的申请由另一人审批。"),
    "dispensation_decided": N_("这份申请已经办过了。"),
    "dispensation_over": N_("这份申请已经撤回，或没有批准。"),
    "dispensation_held": N_("本场已经结束，不能再撤回；要考的安排补考。"),
    "dispensation_not_asked": N_("这一场没有要求这些人考：%(names)s。"),
    "dispensation_sat": N_("这些人已经开始作答或交了卷：%(names)s。"),
    "dispensation_there": N_("这些人在这场考试里已有申请：%(names)s。"),
    "until_too_soon": N_("不能早于本场截止的那一天。"),
    "until_too_far": N_("最多缓一年。"),
    "unknown_choice": N_("没有这一项可选。"),
    "nobody_in_need": N_("没有人需要这一场。"),
    "same_person": N_("录入和核对不能是同一个人。"),
    "nothing_entered": N_("还没有录入，不能核对。"),
    "entered_already": N_("已经录入，等另一人核对。"),
    "answer_unread": N_("第 %(n)s 题的“%(value)s”读不懂。"),
    "window_begun": N_("这一场已经有人开始作答，不能再改名单。"),
    "in_the_future": N_("时间不能在将来。"),
    "out_of_order": N_("时间早于领卷的时间。"),
    "reason_needed": N_("请写明理由。"),
    "layout_name_needed": N_("请给这种认法起个名字。"),
    "lapsed_reason_needed": N_("请写明标志为什么已失效。"),
    "lapsed_authority_needed": N_("请写明由谁认定。"),
    "announcement_long": N_("通知至多 %(most)s 字。"),
    "check_question_unfit": N_("检查题应为可用于练习的单选、多选或判断题。"),
    "check_question_in_exam": N_("这道题可能在未结束的考试里，检查题作答后会公布答案，请换一题。"),
    "response_too_long": N_("答案太长，没有保存：至多 %(limit)s 字。内容还在，请缩短后再保存。"),
    "blank_too_long": N_("有一空太长，没有保存：每空至多 %(limit)s 字。内容还在，请缩短后再保存。"),
    "response_characters": N_("答案里有不能保存的字符，没有保存。请改写后再保存。"),
    "unknown_option": N_("选的不是这道题的选项，没有保存。请重新选。"),
    "one_option_only": N_("这道题只能选一项，没有保存。请重新选。"),
    "response_shape": N_("作答与题型不符，没有保存。请重新作答。"),
    "blank_count": N_("作答与题型不符，没有保存。请重新作答。"),
    "bad_event": N_("作答数据不合格式，没有保存。"),
    "term_out_of_range": N_("保存期是 %(least)s 到 %(most)s 天。"),
    "too_many_to_count_again": N_(
        "这个范围的人多于 %(most)s，不能当场按现在所知重算；请选下级单位，或看当时所报。"
    ),
    "day_not_past": N_("要选已经过去的一天，且不早于阶段开始。"),
    "too_many_events": N_("一次送来的作答太多。"),
    "attempt_full": N_("这份答卷的作答记录太多，这一次没有保存；以前保存的都在。"),
    "too_much_today": N_("今天写入的内容太多，这一次没有保存；明天再试，或告诉管理员。"),
    "read_first": N_("先读完错题所依据的 %(sections)s 节，再答下一份试卷。"),
    "recall_needed": N_("请对照参考答案，选自己答得怎样。"),
    "answer_missing": N_("请先作答。"),
    "value_too_long": N_("太长：至多 %(most)s 字。"),
    "membership_counts_already": N_("此人已在另一单位计入统计，一人只在一处计入。"),
    "number_needed": N_("请填数字。"),
    "date_needed": N_("请填日期。"),
    "value_unfit": N_("有一个值太大、太长，或含有不能用的字符，没有保存。"),
    "changed_meanwhile": N_("这期间有人改动过，这次没有保存。请刷新后再试。"),
    "csrf": N_("表单已失效，请返回刷新后再试。内容没有保存。"),
}

# Parameters that are codes themselves, with the enumerations that they may come from.
_CODES: Mapping[tuple[str, str], tuple[type[StrEnum], ...]] = {
    ("version_state", "state"): (VersionState, VersionAction),
    ("blueprint_short", "type"): (QuestionType,),
}


def problem(language: Language, code: str, params: Mapping[str, object], today: date) -> str:
    """The sentence for a domain code, with the parameters that its error carries.

    A parameter that the error did not bring reads as a dash. A code of the question library that has
    no sentence here has one there; another that ends in `_unknown` says that nothing was found; any
    other says its code, never a traceback.
    """
    sentence = SENTENCES.get(code)
    if sentence is None and code in CODES:
        return message(code, params, language)
    if sentence is None:
        sentence = (
            SENTENCES["not_found"] if code.endswith("_unknown") else N_("不能这样做：%(code)s")
        )
        params = {"code": code}
    shown = {name: _shown(language, code, name, each, today) for name, each in params.items()}
    return translated(language, sentence) % Lenient(shown)


def _shown(language: Language, code: str, name: str, value: object, today: date) -> str:
    if isinstance(value, datetime):
        return moment_label(language, value, today)
    for kind in _CODES.get((code, name), ()):
        if str(value) in set(kind):
            return label(language, kind, str(value))
    return str(value)
