"""Formulas of Word and of the web as one line that can be read and compared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product

import pytest
from lxml import etree

from question_bank.formats.office.formula import MATH, formula_text

_WORD = MATH.strip("{}")


def of_word(inside: str) -> str:
    """The text of a formula as Word writes it."""
    return formula_text(etree.fromstring(f'<m:oMath xmlns:m="{_WORD}">{inside}</m:oMath>'))


def of_web(inside: str) -> str:
    """The text of a formula in MathML."""
    xml = f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inside}</math>'
    return formula_text(etree.fromstring(xml))


def r(text: str) -> str:
    """A run of Word's: properties that are no text, and the text."""
    return f'<m:r><m:rPr><m:sty m:val="p"/></m:rPr><m:t>{text}</m:t></m:r>'


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (f"<m:f><m:num>{r('a+b')}</m:num><m:den>{r('2')}</m:den></m:f>", "(a+b)/2"),
        (f"<m:f><m:num>{r('1')}</m:num><m:den>{r('x-1')}</m:den></m:f>{r('=3')}", "1/(x-1)=3"),
        (f"<m:rad><m:deg/><m:e>{r('x+1')}</m:e></m:rad>", "√(x+1)"),
        (f"<m:rad><m:deg>{r('3')}</m:deg><m:e>{r('x')}</m:e></m:rad>", "√[3](x)"),
        (f"<m:sSup><m:e>{r('x')}</m:e><m:sup>{r('n+1')}</m:sup></m:sSup>", "x^(n+1)"),
        (f"<m:sSub><m:e>{r('H')}</m:e><m:sub>{r('2')}</m:sub></m:sSub>{r('O')}", "H_2O"),
        (
            f"<m:sSubSup><m:e>{r('x')}</m:e><m:sub>{r('i')}</m:sub><m:sup>{r('2')}</m:sup>"
            "</m:sSubSup>",
            "x_i^2",
        ),
        (
            f"<m:limLow><m:e>{r('lim')}</m:e><m:lim>{r('x→0')}</m:lim></m:limLow>{r('x')}",
            "lim_(x→0)x",
        ),
        (f"<m:limUpp><m:e>{r('x')}</m:e><m:lim>{r('~')}</m:lim></m:limUpp>", "x^~"),
        (f"<m:eqArr><m:e>{r('x=1')}</m:e><m:e>{r('y=2')}</m:e></m:eqArr>", "x=1; y=2"),
        (
            f"<m:m><m:mr><m:e>{r('1')}</m:e><m:e>{r('0')}</m:e></m:mr>"
            f"<m:mr><m:e>{r('0')}</m:e><m:e>{r('1')}</m:e></m:mr></m:m>",
            "[1, 0; 0, 1]",
        ),
    ],
)
def test_a_formula_of_word_reads_as_one_line_with_brackets_where_they_are_needed(
    inside: str, text: str
) -> None:
    assert of_word(inside) == text


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac>", "a/(b+1)"),
        ("<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>", "√(x+1)"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "√[3](x)"),
        ("<msup><mi>x</mi><mn>2</mn></msup>", "x^2"),
        ("<msub><mi>a</mi><mrow><mi>n</mi><mo>-</mo><mn>1</mn></mrow></msub>", "a_(n-1)"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_i^2"),
        (
            "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi>"
            "</munderover>",
            "∑_(i=1)^n",
        ),
        ("<munder><mo>lim</mo><mi>x</mi></munder>", "lim_x"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", "x^¯"),
        (
            "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr>"
            "<mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable>",
            "[1, 2; 3, 4]",
        ),
        ("<mtext>若</mtext><mi>a</mi><mo>&gt;</mo><mn>0</mn>", "若a>0"),
    ],
)
def test_a_formula_of_the_web_reads_as_the_same_line(inside: str, text: str) -> None:
    assert of_web(inside) == text


def test_a_sum_says_its_sign_and_bounds_and_is_an_integral_where_word_says_none() -> None:
    bounds = f"<m:sub>{r('i=1')}</m:sub><m:sup>{r('n')}</m:sup><m:e>{r('x')}</m:e>"
    sign = '<m:naryPr><m:chr m:val="∑"/></m:naryPr>'
    assert of_word(f"<m:nary>{sign}{bounds}</m:nary>") == "∑_(i=1)^n x"
    assert of_word(f"<m:nary><m:naryPr/>{bounds}</m:nary>") == "∫_(i=1)^n x"
    assert of_word(f"<m:nary><m:sub/><m:sup/><m:e>{r('x')}</m:e></m:nary>") == "∫ x"


def test_brackets_are_those_that_the_author_chose_and_round_where_none_were() -> None:
    inside = f"<m:e>{r('a')}</m:e><m:e>{r('b')}</m:e>"
    chosen = '<m:dPr><m:begChr m:val="["/><m:sepChr m:val=","/><m:endChr m:val=")"/></m:dPr>'
    half = '<m:dPr><m:begChr m:val="{"/><m:endChr m:val=""/></m:dPr>'
    assert of_word(f"<m:d>{inside}</m:d>") == "(a|b)"
    assert of_word(f"<m:d>{chosen}{inside}</m:d>") == "[a,b)"
    assert of_word(f"<m:d>{half}{inside}</m:d>") == "{a|b"


def test_two_formulas_that_differ_in_where_the_fraction_ends_differ_as_text() -> None:
    whole = f"<m:f><m:num>{r('a+b')}</m:num><m:den>{r('c')}</m:den></m:f>"
    part = f"{r('a+')}<m:f><m:num>{r('b')}</m:num><m:den>{r('c')}</m:den></m:f>"
    assert (of_word(whole), of_word(part)) == ("(a+b)/c", "a+b/c")


def over(top: str, bottom: str) -> str:
    """A fraction of Word's."""
    return f"<m:f><m:num>{top}</m:num><m:den>{bottom}</m:den></m:f>"


def raised(base: str, high: str) -> str:
    """A power of Word's."""
    return f"<m:sSup><m:e>{base}</m:e><m:sup>{high}</m:sup></m:sSup>"


def lowered(base: str, low: str) -> str:
    """An index of Word's."""
    return f"<m:sSub><m:e>{base}</m:e><m:sub>{low}</m:sub></m:sSub>"


def root(degree: str, inside: str) -> str:
    """A root of Word's; the square root where the degree is empty."""
    return f"<m:rad><m:deg>{degree}</m:deg><m:e>{inside}</m:e></m:rad>"


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (raised(r("x"), r("2")) + r("3"), "x^(2)3"),
        (raised(r("x"), r("23")), "x^23"),
        (raised(r("x"), r("2")) + r("·3"), "x^2·3"),
        (r("a") + raised(r("x"), r("2")) + r("y"), "ax^2y"),
        (raised(r("x"), r("2y")), "x^(2y)"),
        (raised(r("x"), r("nm")), "x^(nm)"),
        (lowered(r("a"), r("n")) + lowered(r("b"), r("n")), "a_nb_n"),
        (lowered(r("log"), r("2")) + r("3"), "log_(2)3"),
        (lowered(r("v"), r("平均")) + r("=3"), "v_平均=3"),
        (lowered(r("v"), r("平")) + r("均"), "v_(平)均"),
        (over(r("1"), r("2")) + r("x"), "(1/2)x"),
        (over(r("1"), r("2x")), "1/(2x)"),
        (r("2") + over(r("1"), r("2")), "2(1/2)"),
        (over(r("21"), r("2")), "21/2"),
        (r("y=") + over(r("2x"), r("3")) + r("-1"), "y=2x/3-1"),
        (r("6÷") + over(r("1"), r("2")), "6÷(1/2)"),
        (over(r("1"), r("2")) + over(r("3"), r("4")), "(1/2)(3/4)"),
        (over(r("路程"), r("时间")), "路程/时间"),
        (over(r("路程"), r("时")) + r("间"), "(路程/时)间"),
        (raised(over(r("1"), r("2")), r("3")), "(1/2)^3"),
        (raised(r("x"), over(r("1"), r("2"))), "x^(1/2)"),
        (over(over(r("1"), r("2")), r("3")), "(1/2)/3"),
        (raised(raised(r("x"), r("2")), r("3")), "(x^2)^3"),
        (raised(r("x"), raised(r("2"), r("3"))), "x^(2^3)"),
        (r("3") + root("", r("8")), "3√(8)"),
        (root(r("3"), r("8")), "√[3](8)"),
        (over(r("1"), r("2")) + root("", r("3")), "(1/2)√(3)"),
    ],
)
def test_what_is_raised_or_over_a_line_ends_where_its_brackets_end(inside: str, text: str) -> None:
    assert of_word(inside) == text


_LETTERS = ("2", "x", "路")
Drawing = tuple[object, ...]


def _shapes(parts: list[tuple[str, Drawing]]) -> Iterator[tuple[str, Drawing]]:
    """Each shape of two parts, as Word writes it and as it is drawn."""
    for (one, a), (two, b) in product(parts, repeat=2):
        yield over(one, two), (("over", a, b),)
        yield raised(one, two), (*a, ("raised", b))
        yield lowered(one, two), (*a, ("lowered", b))
        yield root(one, two), (("root", a, b),)


def test_no_two_small_formulas_that_are_drawn_apart_have_the_same_text() -> None:
    letters: list[tuple[str, Drawing]] = [(r(each), (each,)) for each in _LETTERS]
    rows = letters + [(a + b, (*x, *y)) for (a, x), (b, y) in product(letters, repeat=2)]
    small = list(_shapes(rows[:6]))
    parts = letters[:2] + small[::3]
    drawn: dict[str, Drawing] = {}
    for inside, drawing in chain(
        rows,
        _shapes(rows),
        ((a + b, (*x, *y)) for (a, x), (b, y) in product(letters + small, letters)),
        ((a + b, (*x, *y)) for (a, x), (b, y) in product(letters, small)),
        ((a + b, (*x, *y)) for (a, x), (b, y) in product(parts, repeat=2)),
        _shapes(parts),
    ):
        assert drawn.setdefault(of_word(inside), drawing) == drawing
    assert len(drawn) > 1000


def test_the_text_beside_a_formula_is_a_neighbour_of_it_too() -> None:
    fraction, power = over(r("1"), r("2")), raised(r("x"), r("2"))
    names = f'xmlns:m="{_WORD}" xmlns:w="urn:w"'
    mark = "<w:mark/>"

    def of_paragraph(before: str, inside: str, after: str) -> str:
        pieces = f"<w:r>{before}</w:r>{mark}<m:oMath>{inside}</m:oMath>{mark}<w:r>{after}</w:r>"
        formula = etree.fromstring(f"<w:p {names}>{pieces}</w:p>").find(f"{MATH}oMath")
        assert formula is not None
        return formula_text(formula)

    assert of_paragraph("取2", fraction, "升") == "(1/2)"
    assert of_paragraph("取", fraction, "x") == "(1/2)"
    assert of_paragraph("取", fraction, "升") == "1/2"
    assert of_paragraph("取", power, "3") == "x^(2)"
    assert of_paragraph("取2", power, "升") == "x^2"
    web = "<p>2<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>{}</p>"
    for after in ("", "升"):
        assert formula_text(etree.fromstring(web.format(after))[0]) == "(1/2)"


def test_signs_that_are_drawn_beside_above_or_without_a_line_are_not_lost() -> None:
    carbon = f"<m:sPre><m:sub>{r('6')}</m:sub><m:sup>{r('14')}</m:sup><m:e>{r('C')}</m:e></m:sPre>"
    stacked = '<m:fPr><m:type m:val="noBar"/></m:fPr>'
    n_over_k = f"<m:f>{stacked}<m:num>{r('n')}</m:num><m:den>{r('k')}</m:den></m:f>"
    arrow = '<m:accPr><m:chr m:val="\u20d7"/></m:accPr>'
    top = '<m:barPr><m:pos m:val="top"/></m:barPr>'
    assert of_word(carbon) == "(_6^14)C"
    assert of_word(f"<m:d><m:e>{n_over_k}</m:e></m:d>") == "(n¦k)"
    assert of_word(f"<m:acc>{arrow}<m:e>{r('a')}</m:e></m:acc>") == "a\u20d7"
    assert of_word(f"<m:acc><m:accPr/><m:e>{r('AB')}</m:e></m:acc>") == "(AB)\u0302"
    assert of_word(f"<m:bar>{top}<m:e>{r('x')}</m:e></m:bar>") == "x\u0305"
    assert of_word(f"<m:bar><m:e>{r('x')}</m:e></m:bar>") == "x\u0332"


def test_scripts_fences_and_stacks_of_the_web_are_not_lost_either() -> None:
    scripts = "<mi>C</mi><mn>1</mn><mn>2</mn><mprescripts/><mn>6</mn><mn>14</mn>"
    assert of_web(f"<mmultiscripts>{scripts}</mmultiscripts>") == "(_6^14)C_1^2"
    assert of_web("<mmultiscripts><mi>C</mi><none/><mn>2</mn></mmultiscripts>") == "C^2"
    assert of_web("<mfenced><mi>a</mi><mi>b</mi></mfenced>") == "(a,b)"
    assert (
        of_web('<mfenced open="[" close="[" separators=";"><mi>a</mi><mi>b</mi></mfenced>')
        == "[a;b["
    )
    assert of_web('<mfrac linethickness="0"><mi>n</mi><mi>k</mi></mfrac>') == "n¦k"
    assert of_web('<mfrac linethickness="0.5pt"><mi>n</mi><mi>k</mi></mfrac>') == "n/k"
    assert of_web("<msup><mi>x</mi><mn>2</mn></msup><mn>3</mn>") == "x^(2)3"


def test_notes_for_machines_and_comments_are_no_part_of_the_text() -> None:
    tex = '<annotation encoding="application/x-tex">x^{2}</annotation>'
    power = "<msup><mi>x</mi><!-- a note --><mn>2</mn></msup>"
    assert of_web(f"<semantics><mrow>{power}</mrow>{tex}</semantics>") == "x^2"


def test_a_script_without_its_exponent_is_read_as_far_as_it_goes() -> None:
    assert of_word(f"<m:sSup><m:e>{r('x')}</m:e><m:sup/></m:sSup>") == "x"
    assert of_word(f"<m:sSup><m:e>{r('x')}</m:e></m:sSup>") == "x"


def test_a_formula_nested_to_break_its_reader_still_gives_its_letters() -> None:
    deep = "<mrow>" * 200 + "<mi>x</mi>" + "</mrow>" * 200
    assert of_web(f"{deep}<mo>=</mo><mn>1</mn>") == "x=1"
    roots = "<msqrt>" * 200 + "<mi>x</mi>" + "</msqrt>" * 200
    text = of_web(roots)
    assert text.startswith("√(√(") and text.strip("√()") == "x" and text.count("√") < 200
