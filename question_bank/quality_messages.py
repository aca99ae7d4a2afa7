"""What the figures of a bank's quality mean, in Chinese and English, with their parameters filled in."""

from __future__ import annotations

QUALITY_MESSAGES: dict[str, tuple[str, str]] = {
    "quality_met": ("合格", "kept"),
    "quality_broken": ("超限", "BROKEN"),
    "quality_few": ("题少，不评", "too few"),
    "quality_type_single": ("单选题", "single choice"),
    "quality_type_multiple": ("多选题", "multiple choice"),
    "quality_positions": (
        "正确选项的位置：{counts}；χ² = {chi}，上限 {limit}",
        "positions of right options: {counts}; χ² = {chi}, limit {limit}",
    ),
    "quality_truths": (
        "判断题：正确 {true}、错误 {false}；χ² = {chi}，上限 {limit}",
        "true/false: {true} true, {false} false; χ² = {chi}, limit {limit}",
    ),
    "quality_longest": (
        "{type}：正确选项最长的 {count}/{of}，占 {share}%，上限 {limit}%",
        "{type}: right options longest in {count}/{of}, {share} %, limit {limit} %",
    ),
    "quality_shortest": (
        "{type}：正确选项最短的 {count}/{of}，占 {share}%，上限 {limit}%",
        "{type}: right options shortest in {count}/{of}, {share} %, limit {limit} %",
    ),
    "quality_absolute": (
        "含绝对化词语的说法 {of} 处，错误的 {wrong} 处，按全库应约 {expected} 处，上限 {limit}",
        "{of} statements with absolute words, {wrong} wrong, about {expected} expected, limit {limit}",
    ),
    "quality_spread_count": (
        "选项长短悬殊的题：{count}",
        "questions with options too unequal in length: {count}",
    ),
    "quality_spread": (
        "选项最短 {shortest} 字、最长 {longest} 字，超过 {limit} 倍",
        "options of {shortest} to {longest} characters, more than {limit} times as long",
    ),
    "quality_of_others_count": (
        "选项只说别的选项的题（以上都对之类）：{count}",
        "questions with an option about the others: {count}",
    ),
    "quality_of_others": (
        "选项“{option}”只说别的选项，选项换了次序就不成立",
        "the option “{option}” is about the others and breaks when they are shuffled",
    ),
    "quality_unexplained_count": (
        "没有解析的题：{count}",
        "questions without explanation: {count}",
    ),
    "quality_unexplained": ("没有解析", "no explanation"),
    "quality_unsourced_count": ("没有出处的题：{count}", "questions without source: {count}"),
    "quality_unsourced": ("没有出处", "no source"),
    "quality_undated_count": (
        "引用条文而没有写明文本年份的题：{count}",
        "questions citing an article without the year of its text: {count}",
    ),
    "quality_undated": (
        "出处《{law}》没有写明是哪一年的文本",
        "the source {law} does not say of which year its text is",
    ),
    "quality_long_sentence_count": (
        "句子过长的题：{count}",
        "questions with too long a sentence: {count}",
    ),
    "quality_long_sentence": (
        "有一句长 {longest} 字，超过 {limit} 字",
        "a sentence of {longest} characters, more than {limit}",
    ),
    "quality_near_count": (
        "重复或近似重复的题：{count}",
        "repeated or nearly repeated questions: {count}",
    ),
    "quality_near": ("与 {other} 相似度 {likeness}%", "{likeness} % like {other}"),
    "quality_reading": (
        "阅读难度：平均每句 {mean} 字，上限 {limit} 字（共 {sentences} 句）",
        "reading level: {mean} characters a sentence, limit {limit} ({sentences} sentences)",
    ),
    "review_all": ("合计", "all"),
    "review_type_single": ("单选", "single choice"),
    "review_type_multiple": ("多选", "multiple choice"),
    "review_type_true_false": ("判断", "true/false"),
    "review_type_fill_blank": ("填空", "blanks"),
    "review_type_short_answer": ("简答", "short answers"),
    "review_category": (
        "{name}：{total} 题（{types}；难度 {levels}）；"
        "经第二人阅读 {read}，不看答案作答 {answered}，与答案一致 {agreed}",
        "{name}: {total} questions ({types}; difficulty {levels}); read by a second reader {read}, "
        "answered without the key {answered}, as the key has it {agreed}",
    ),
    "review_outcome": (
        "第二次阅读后修改 {mended} 题，删除 {dropped} 题",
        "after the second reading {mended} were mended and {dropped} dropped",
    ),
    "review_differing": ("作答与答案不一致：{stem}", "answered otherwise: {stem}"),
}
