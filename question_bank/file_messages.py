"""What the codes about a whole file mean: why it is refused, what is noted, what a conversion left."""

from __future__ import annotations

# code: (Chinese, English); {name} is a parameter.
FILE_MESSAGES: dict[str, tuple[str, str]] = {
    # Why a whole file is refused.
    "wrong_type": (
        "不支持这种文件，或文件内容与扩展名不符；请用 .docx、.xlsx、.csv、.txt、.md、.pdf、.json 或 .yaml",
        "This kind of file is not taken, or its content is not what its name says; "
        "use .docx, .xlsx, .csv, .txt, .md, .pdf, .json or .yaml",
    ),
    "cannot_write": (
        "不能写成 {format} 格式；可以写成 {formats}",
        "Cannot write {format}; the formats are {formats}",
    ),
    "old_format": (
        "本机没有能打开 .{extension} 的程序；请用 Word 或 WPS 打开它，另存为 .docx 再导入",
        "Nothing here can open .{extension}; open it in Word or WPS and save it as .docx",
    ),
    "empty_file": ("文件是空的", "The file is empty"),
    "empty_sheet": ("工作表里没有内容", "The sheets hold nothing"),
    "lock_file": (
        "这是编辑文档时产生的临时文件（{name}），请选择文档本身",
        "This is the temporary file of an open document ({name}); choose the document itself",
    ),
    "secrecy_marking": (
        "文件标有密级（{marking}），不得导入本系统",
        "The file bears a secrecy marking ({marking}) and must not be imported",
    ),
    "marking_may_lapse": (
        "密级标志写明了期限；确已过期的，由有权的人写明理由和依据后可以导入（命令行加 --marking-lapsed）",
        "The marking names its own end; once that has come, somebody with the right may state so, "
        "why and on whose word (on the command line: --marking-lapsed)",
    ),
    "macros_old": (
        "这个旧格式文档含有宏；可以在确认后去掉宏再转换（命令行加 --without-macros），"
        "或请在 Word 中另存为 .docx",
        "This old document holds macros; it can be converted without them once somebody says so "
        "(on the command line: --without-macros), or saved as .docx in Word",
    ),
    "no_sandbox": (
        "本机不能在断网的隔离环境中转换含宏的文档；请在 Word 中另存为 .docx 再导入",
        "This machine cannot convert a document with macros cut off from the network; "
        "save it as .docx in Word",
    ),
    "too_large": ("文件太大", "The file is too large"),
    "too_costly": (
        "读取这个文件要用的时间或内存超出了限度，没有读完；请拆成几个文件，或另存为新文件后再传",
        "Reading this file takes more time or memory than is allowed; split it, or save it as a new file",
    ),
    "too_busy": (
        "正在读取别的文件，请过一会儿再传",
        "Other files are being read; try again in a moment",
    ),
    "gave_up": (
        "读了 {attempts} 次都没有读完，不再尝试；请拆成几个文件，或另存为新文件后再传",
        "Reading was begun {attempts} times and never ended, and is given up; "
        "split the file, or save it as a new one",
    ),
    "broken_file": (
        "文件已损坏或无法读取（{part}）",
        "The file is damaged or cannot be read ({part})",
    ),
    "no_questions": (
        "没有认出试题：每道题要有题号（1.）或“题目：”，选项要有 A. B.，答案要写成“答案：”，"
        "或者用 Excel 模板。读到的前几行是：{lines}",
        "No questions were made out: each needs a number (1.), options need A. B., an answer needs "
        "“答案：”; or use the Excel template. The first lines read: {lines}",
    ),
    "encrypted": (
        "文件有密码保护，请取消密码后再导入",
        "The file is protected by a password; remove it first",
    ),
    "macros": ("文件含有宏，不予导入", "The file holds macros and is not taken"),
    "layout_needs_examples": (
        "请至少标出一道题的题干",
        "Mark the stem of one question at least",
    ),
    "piece_not_found": (
        "第 {example} 个示例里的“{piece}”在文件里没有找到：请从左边原样复制",
        "“{piece}” of example {example} is not in the file: copy it as it is shown",
    ),
    "layouts_differ": (
        "几个示例的写法不一致：各部分的先后次序、所在的列或前后的标志应相同",
        "The examples are written in different ways: their parts need the same order, columns and signs",
    ),
    "layout_unknown": ("保存的认法读不懂，请重新标示", "The layout cannot be read; mark it again"),
    "layout_not_for": (
        "这种认法不适用于这个文件（{format}）",
        "The layout is not for a file of this sort ({format})",
    ),
    "layout_taught": ("按教会的认法读入", "Read by the layout that was taught"),
    "unknown_header": (
        "没有找到表头（至少要有“题干”和“正确答案”两列）。读到的前几行是：{lines}",
        "No header row was found (it needs at least 题干 and 正确答案). The first rows read: {lines}",
    ),
    # What is noted about a file.
    "text_outside": ("不属于任何试题的文字：{text}", "Text that belongs to no question: {text}"),
    "heading": ("标题：{text}", "Heading: {text}"),
    "passage": ("材料：{text}", "A text that questions share: {text}"),
    "marking_lapsed": (
        "密级标志“{marking}”已由导入人声明失效",
        "The marking “{marking}” was declared lapsed by who imported the file",
    ),
    "mostly_not_understood": (
        "大部分文字没有认出是题目（{records} 处中的 {unread} 处），可能是没见过的排版。前三处是：{lines}",
        "Most of the text was not made out as questions ({unread} of {records}); the layout may be new. "
        "The first three: {lines}",
    ),
    "page_furniture": (
        "页眉或页脚，已略去：{text}",
        "The header or footer of a page, left out: {text}",
    ),
    "key_apart": (
        "单独列出的答案，共 {answers} 个，已按编号对应到各题",
        "A separate key of {answers} answers, given to the questions by their numbers",
    ),
    "numbers_restart": (
        "题号从这里重新开始，却没有标题，请确认不是两份题混在一起",
        "Numbers begin again here without a heading; make sure that no two files were joined",
    ),
    "stars_dropped": (
        "去掉了 {questions} 道题前多余的星号",
        "Stray asterisks were taken off {questions} stems",
    ),
    "radicals_repaired": (
        "修正了 {characters} 个形似汉字的部首字符（常见于从 PDF 复制的文字）",
        "{characters} radicals that look like characters were put right (usual in text from PDF)",
    ),
    "header_of_two_rows": ("表头占两行，已合并读取", "The header takes two rows; both were read"),
    "chunk_not_read": (
        "文档里嵌入的部分（{part}）没有读取；请在 Word 中打开并另存为 .docx 再导入",
        "An embedded part ({part}) was not read; open the document in Word and save it as .docx",
    ),
    "pages_without_text": (
        "有 {pages} 页没有文字（可能是扫描的图片），没有读取",
        "{pages} pages hold no text (they may be scanned) and were not read",
    ),
    "header_again": (
        "表格中途换了表头，以下按新表头读取",
        "The table has another header from here on",
    ),
    "table_as_lines": ("表格按逐行文字读取", "A table was read as lines of text"),
    "cells_outside": (
        "有 {cells} 个单元格所在的列没有标题，没有读取；第一个是：{text}",
        "{cells} cells stand in columns without a title and were not read; the first is: {text}",
    ),
    "options_above": (
        "几道题共用的选项：{text}",
        "Options that several questions share: {text}",
    ),
    "rows_without_header": (
        "从这一行起的内容没有表头，也看不出是试题，没有读取",
        "What begins on this row has no header, shows no questions, and was not read",
    ),
    "column_ignored": ("忽略了“{column}”列", "Column “{column}” was left out"),
    "sheet_without_header": (
        "这张工作表没有表头，已跳过",
        "This sheet has no header row and was skipped",
    ),
    "difficulty_unknown": ("有看不懂的难度：{values}", "Difficulties not understood: {values}"),
    # What a conversion reports.
    "converted": (
        "写出 {written} 题；未写出：待确认或未识别 {left} 题，该格式不能表示 {unfit} 题",
        "{written} questions written; left out: {left} not ready, {unfit} that the format lacks",
    ),
    "field_lost": (
        "该格式没有“{field}”：{questions} 题的这一项未写出",
        "The format has no {field}: left out of {questions} questions",
    ),
}
