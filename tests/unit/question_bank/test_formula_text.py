"""Formulas of Word and of the web as one line that can be read and compared."""

from __future__ import annotations

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
        (f"<m:rad><m:deg>{r('3')}</m:deg><m:e>{r('x')}</m:e></m:rad>", "3√(x)"),
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
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "3√(x)"),
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
