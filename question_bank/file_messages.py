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
        "没有认出试题：{why}。出问题的地方（行号在前）：{lines}",
        "No questions were made out: {why}. Where it went wrong, with the numbers of lines: {lines}",
    ),
    # What stands for {why} above.
    "why_no_marks": (
        "没有看到题号（1.）、选项（A. B.）和“答案：”；请补上这些标记，或在本页标出两三道题，"
        "教系统认这种排版，也可以填入 Excel 模板",
        "there are no numbers (1.), options (A. B.) or “答案：”; add them, mark two or three questions "
        "on this page to teach the layout, or use the Excel template",
    ),
    "why_prose": (
        "看起来是文章或法条，不是试题；如果题目写在文章里，请给每道题加上题号和“答案：”",
        "this looks like an article or a law, not like questions; if it holds some, give each a "
        "number and “答案：”",
    ),
    "why_garbled": (
        "文字是乱码，原来的编码已经损坏；请从原来的文件重新另存（UTF-8 或 .docx）",
        "the text is garbled, its encoding was lost; save the original file again (UTF-8 or .docx)",
    ),
    "why_code": (
        "内容是程序或数据库的代码；请从原来的系统导出 Excel、Word 或文本",
        "this is code of a program or a database; export Excel, Word or text from where it came",
    ),
    "why_names": (
        "数据里没有同时写出题干和答案（或选项）的对象；请用“题干、选项、答案”或 question、options、"
        "answer 命名。下面列的是见到的名字",
        "no object holds a stem together with an answer or options; name them question, options and "
        "answer. What follows are the names that were seen",
    ),
    "why_no_items": (
        "文件的格式认得，但里面一道题也没有；请检查题目是否写在表头下面、导出时是否选了试题",
        "the format is known, but it holds not one question; see whether they are below the header and "
        "were chosen for the export",
    ),
    "why_empty": (
        "文件里没有可以读取的文字（可能只有图片）；请先做文字识别（OCR）",
        "there is no text to read (perhaps only pictures); recognise the text first (OCR)",
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
        "没有找到表头：请在第一行写上列名，至少要有“题干”和“正确答案”两列，选项的列名写 A、B、C；"
        "或在本页标出两三道题，教系统认这张表。读到的前几行是：{lines}",
        "No header row was found: name the columns in the first row, 题干 and 正确答案 at least, options "
        "A, B, C; or mark two or three questions on this page to teach the table. The first rows read: {lines}",
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
        "大部分文字没有认出是题目（{records} 处中的 {unread} 处），可能是没见过的排版："
        "请给它们加上题号、选项字母和“答案：”，或标出两三道题教给系统。前三处（行号在前）：{lines}",
        "Most of the text was not made out as questions ({unread} of {records}); the layout may be new: "
        "add numbers, letters of options and “答案：”, or mark two or three questions to teach it. "
        "The first three, with their lines: {lines}",
    ),
    "mostly_without_answers": (
        "{records} 题中有 {count} 题没有找到答案：答案如在另一个文件或另一张表里，请放进同一个文件，"
        "写成“1.A 2.B”或“题号、答案”两列。前三处（行号在前）：{lines}",
        "No answer was found for {count} of {records} questions: if they are in another file, put them "
        "into this one, as “1.A 2.B” or in two columns 题号, 答案. The first three, with their lines: {lines}",
    ),
    "mostly_unreadable_answers": (
        "{records} 题中有 {count} 题的答案不是选项字母：请改写成 A、B 这样的字母，或照抄选项的原文。"
        "前三处（行号在前）：{lines}",
        "The answers of {count} of {records} questions are no letters of options: write letters, or the "
        "text of the option as it stands. The first three, with their lines: {lines}",
    ),
    "mostly_unexplained_signs": (
        "{records} 题中有 {count} 道判断题的答案看不出对错：请写“对”“错”，或在标题里说明，"
        "如“判断题（A 对 B 错）”。前三处（行号在前）：{lines}",
        "The answers of {count} of {records} statements say neither true nor false: write 对 and 错, or "
        "say it in the heading, 判断题（A 对 B 错）. The first three, with their lines: {lines}",
    ),
    "mostly_without_options": (
        "{records} 题中有 {count} 题没有认出选项：选项前要有 A. B. C.，每个选项一行或中间空格隔开。"
        "前三处（行号在前）：{lines}",
        "No options were made out for {count} of {records} questions: they need A. B. C., a line each or "
        "parted by spaces. The first three, with their lines: {lines}",
    ),
    "mostly_without_type": (
        "{records} 题中有 {count} 题无法确定题型：请在题目上方写“一、单选题”这样的标题，选项用 A. B. C. 标出，"
        "或标出两三道题教给系统。前三处（行号在前）：{lines}",
        "The type of {count} of {records} questions is unclear: put a heading such as 一、单选题 above them, "
        "mark options A. B. C., or mark two or three questions to teach it. The first three, with their "
        "lines: {lines}",
    ),
    "mostly_unmatched_key": (
        "{records} 题中有 {count} 题与单独列出的答案对不上：请让答案的题号与试题一一对应，"
        "各大题分开的，答案前也写上题型。前三处（行号在前）：{lines}",
        "The separate key fits {count} of {records} questions badly: number its answers as the questions "
        "are, and name the type above each part. The first three, with their lines: {lines}",
    ),
    "stretch_not_read": (
        "这一题后面有 {count} 行没有归入任何题，可能从这里起换了排版：{lines}",
        "{count} lines behind this question belong to none; another layout may begin here: {lines}",
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
    "text_box": (
        "文本框里的文字没有归入试题：{text}",
        "The words of a text box went into no question: {text}",
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
