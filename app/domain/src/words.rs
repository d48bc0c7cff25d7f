//! Numbers in words, as messages say them.

/// `12,345`: thousands parted by a comma, the same in server and browser.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        out.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 unit`, `12 units`: a number with the words that go with it.
pub fn counted(number: impl Into<i64>, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(1, "unit is", "units are"), "1 unit is");
        assert_eq!(counted(0, "unit is", "units are"), "0 units are");
        assert_eq!(counted(12_345_i64, "unit is", "units are"), "12,345 units are");
    }
}
