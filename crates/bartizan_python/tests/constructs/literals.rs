//! Literals, as the reference's chapter on lexical analysis lists them.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn strings_are_kept_as_what_they_say() {
    assert_snapshot!(lowered(r#"
        plain = 'tea'
        escaped = "caf\u00e9\t\x41"
        raw = r"\d+"
        long = """one
        two"""
        joined = "SELECT " 'name' \
            " FROM shop_product"
    "#), @r#"
    module:
      plain = "tea"
      escaped = "café\tA"
      raw = "\\d+"
      long = "one\ntwo"
      joined = "SELECT name FROM shop_product"
    "#);
}

#[test]
fn bytes_keep_each_byte_as_a_character() {
    assert_snapshot!(lowered(r#"
        plain = b"tea"
        binary = b"\x00\xff"
        raw = rb"\d"
        joined = b"a" b"b"
    "#), @r#"
    module:
      plain = b"tea"
      binary = b"\0ÿ"
      raw = b"\\d"
      joined = b"ab"
    "#);
}

#[test]
fn integers_are_read_in_every_base() {
    assert_snapshot!(lowered(r#"
        decimal = 1_000
        hexadecimal = 0xFF
        octal = 0o17
        binary = 0b1010
        largest = 9223372036854775807
    "#), @"
    module:
      decimal = 1000
      hexadecimal = 255
      octal = 15
      binary = 10
      largest = 9223372036854775807
    ");
}

#[test]
fn integers_that_do_not_fit_are_kept_as_digits() {
    assert_snapshot!(lowered(r#"
        decimal = 9223372036854775808
        hexadecimal = 0x1_0000_0000_0000_0000
        octal = 0o7777777777777777777777
        binary = 0b10000000000000000000000000000000000000000000000000000000000000000
    "#), @"
    module:
      decimal = 9223372036854775808
      hexadecimal = 18446744073709551616
      octal = 73786976294838206463
      binary = 18446744073709551616
    ");
}

#[test]
fn fractions_and_imaginary_numbers() {
    assert_snapshot!(lowered(r#"
        price = 19.99
        tiny = 1e-3
        phase = 2j
        impedance = 3 + 4.5j
    "#), @"
    module:
      price = 19.99
      tiny = 0.001
      phase = 2.0j
      impedance = (3 + 4.5j)
    ");
}

#[test]
fn constants_of_the_language() {
    assert_snapshot!(lowered(r#"
        yes = True
        no = False
        nothing = None
        later = ...
    "#), @"
    module:
      yes = True
      no = False
      nothing = None
      later = ...
    ");
}
