//! The word that was probably meant.

/// The candidate closest to `word`, where one is close enough to be a slip of the hand. Case does
/// not count; the first of several equally close ones wins.
pub fn similar<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Whole sentences are not slips, and the distance takes time by the square.
    let word: Vec<char> = word.to_lowercase().chars().take(65).collect();
    if word.len() > 64 {
        return None;
    }
    let allowed = (word.len() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters to add, drop or replace; two swapped neighbours count as one.
fn distance(word: &[char], candidate: &str) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=word.len()).collect();
    let mut previous = None;
    for (row, letter) in candidate.chars().flat_map(char::to_lowercase).enumerate() {
        let mut current = vec![row + 1];
        for (at, own) in word.iter().enumerate() {
            let replaced = last[at] + usize::from(*own != letter);
            let mut cost = replaced.min(last[at + 1] + 1).min(current[at] + 1);
            if at > 0 && previous == Some(*own) && word[at - 1] == letter {
                cost = cost.min(before_last[at - 1] + 1);
            }
            current.push(cost);
        }
        previous = Some(letter);
        before_last = std::mem::replace(&mut last, current);
    }
    last[word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_nonsense_finds_none() {
        let words = ["select", "ignore", "sql-injection", "B608", "tests"];
        let meant = |word| similar(word, words);
        assert_eq!(meant("sql-injecton"), Some("sql-injection"));
        assert_eq!(meant("slect"), Some("select"));
        assert_eq!(meant("ignroe"), Some("ignore"));
        assert_eq!(meant("b608"), Some("B608"));
        assert_eq!(meant("B680"), Some("B608"));
        assert_eq!(meant("profile"), None);
        assert_eq!(meant(""), None);
        assert_eq!(meant(&"x".repeat(5000)), None);
    }
}
