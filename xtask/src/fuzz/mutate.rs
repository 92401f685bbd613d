//! Random changes of bytes, the same ones for the same seed.

/// Inputs grow no longer than this.
const LIMIT: usize = 64 * 1024;

/// Makes inputs out of inputs.
pub struct Mutator {
    chance: Chance,
    words: &'static [&'static str],
}

impl Mutator {
    /// `words` are pieces that the target's language gives a meaning to.
    pub fn new(seed: u64, words: &'static [&'static str]) -> Self {
        Self { chance: Chance(seed), words }
    }

    /// One of `pool`, changed a little or a lot.
    pub fn next(&mut self, pool: &[Vec<u8>]) -> Vec<u8> {
        let mut input = self.chance.of(pool).clone();
        for _ in 0..1 + self.chance.below(6) {
            self.change(&mut input, pool);
        }
        input.truncate(LIMIT);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, pool: &[Vec<u8>]) {
        match self.chance.below(9) {
            // One byte turns into another.
            0 => {
                if !input.is_empty() {
                    let at = self.chance.below(input.len());
                    input[at] = self.chance.below(256) as u8;
                }
            }
            // A piece is lost.
            1 => {
                let piece = self.piece(input);
                input.drain(piece);
            }
            // A piece is said twice.
            2 => {
                let piece = self.piece(input);
                let copy = input[piece.clone()].to_vec();
                self.insert(input, &copy);
            }
            // The rest comes from somewhere else.
            3 => {
                let other = self.chance.of(pool).clone();
                let from = self.piece(&other).start;
                let to = self.piece(input).start;
                input.truncate(to);
                input.extend_from_slice(&other[from..]);
            }
            // A piece of another.
            4 => {
                let other = self.chance.of(pool).clone();
                let piece = self.piece(&other);
                self.insert(input, &other[piece]);
            }
            // A line is lost, or moves.
            5 => {
                let start = self.line_start(input);
                let end = input[start..].iter().position(|byte| *byte == b'\n');
                let line: Vec<u8> =
                    input.drain(start..end.map_or(input.len(), |n| start + n + 1)).collect();
                if self.chance.below(2) == 0 {
                    let at = self.line_start(input);
                    input.splice(at..at, line);
                }
            }
            // A word of the language.
            6 | 7 => {
                let word = self.chance.of(self.words).as_bytes();
                self.insert(input, word);
            }
            // A word, over and over: depth.
            _ => {
                let word = self.chance.of(self.words).as_bytes();
                let times = 1 << self.chance.below(14);
                let many = word.repeat(times.min(LIMIT / word.len().max(1)));
                self.insert(input, &many);
            }
        }
    }

    fn insert(&mut self, input: &mut Vec<u8>, piece: &[u8]) {
        let at = self.chance.below(input.len() + 1);
        input.splice(at..at, piece.iter().copied());
    }

    /// Where a piece begins and ends; mostly short ones.
    fn piece(&mut self, input: &[u8]) -> std::ops::Range<usize> {
        let start = self.chance.below(input.len() + 1);
        let longest = (input.len() - start).min(1 << self.chance.below(12));
        start..start + self.chance.below(longest + 1)
    }

    fn line_start(&mut self, input: &[u8]) -> usize {
        let at = self.chance.below(input.len() + 1);
        input[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
    }
}

/// Chance that can be repeated: SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    /// A number below `bound`, which is not 0. The tiny bias does not matter here.
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

fn scramble(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number that stands for `bytes`; the same on every machine.
pub fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(bytes.len() as u64, |digest, byte| {
        scramble(digest.wrapping_add(u64::from(*byte)).wrapping_add(0x9e37_79b9_7f4a_7c15))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_inputs(seed: u64) -> Vec<Vec<u8>> {
        let pool = [b"def pay(request):\n    return 1\n".to_vec(), b"".to_vec()];
        let mut mutator = Mutator::new(seed, &["(", "lambda: "]);
        (0..500).map(|_| mutator.next(&pool)).collect()
    }

    #[test]
    fn a_seed_can_be_repeated() {
        assert_eq!(first_inputs(7), first_inputs(7));
        assert_ne!(first_inputs(7), first_inputs(8));
    }

    #[test]
    fn inputs_stay_within_their_limit() {
        assert!(first_inputs(7).iter().all(|input| input.len() <= LIMIT));
    }
}
