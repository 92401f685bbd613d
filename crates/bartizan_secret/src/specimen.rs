//! Made-up credentials with the right form and checksum, for pages and tests: they open nothing,
//! and since they are made when they are needed, none lies whole in a repository.

use crate::checksum;

const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const URLSAFE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const HEX: &str = "0123456789abcdef";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const DIGITS: &str = "123456789";
const SIGNS: &str = "abcdefghijklmnopqrstuvwxyz0123456789!@$%^&*(-_=+)";

/// The kinds of specimens.
pub const KINDS: &[&str] = &[
    "aws-id",
    "aws-secret",
    "github",
    "github-pat",
    "gitlab",
    "stripe",
    "stripe-test",
    "slack",
    "slack-webhook",
    "sendgrid",
    "mailgun",
    "mailchimp",
    "telegram",
    "npm",
    "pypi",
    "google",
    "azure-storage",
    "digitalocean",
    "openai",
    "anthropic",
    "twilio",
    "jwt",
    "rsa-key",
    "ssh-key",
    "ssh-key-encrypted",
    "encrypted-key",
    "hex",
    "password",
    "random",
    "django",
];

/// A credential of `kind`, another one for another `seed`; `None` for a kind that is not in
/// [`KINDS`].
pub fn specimen(kind: &str, seed: u64) -> Option<String> {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed_0fba_7112_a900);
    Some(match kind {
        "aws-id" => format!("AKIA{}", dice.draw(BASE32, 16)),
        "aws-secret" => dice.draw(BASE64, 40),
        "github" => format!("ghp_{}", dice.with_crc()),
        "github-pat" => format!("github_pat_{}_{}", dice.draw(ALNUM, 22), dice.draw(ALNUM, 59)),
        "gitlab" => format!("glpat-{}", dice.draw(URLSAFE, 20)),
        "stripe" => format!("sk_live_{}", dice.draw(ALNUM, 24)),
        "stripe-test" => format!("sk_test_{}", dice.draw(ALNUM, 24)),
        "slack" => format!(
            "xoxb-{}-{}-{}",
            dice.draw(DIGITS, 12),
            dice.draw(DIGITS, 12),
            dice.draw(ALNUM, 24)
        ),
        "slack-webhook" => format!(
            "https://hooks.slack.com/services/T{}/B{}/{}",
            dice.draw(BASE32, 8),
            dice.draw(BASE32, 8),
            dice.draw(ALNUM, 24)
        ),
        "sendgrid" => format!("SG.{}.{}", dice.draw(URLSAFE, 22), dice.draw(URLSAFE, 43)),
        "mailgun" => format!("key-{}", dice.draw(HEX, 32)),
        "mailchimp" => format!("{}-us{}", dice.draw(HEX, 32), dice.draw(DIGITS, 1)),
        "telegram" => format!("{}:AA{}", dice.draw(DIGITS, 10), dice.draw(URLSAFE, 33)),
        "npm" => format!("npm_{}", dice.with_crc()),
        "pypi" => format!("pypi-AgEIcHlwaS5vcmc{}", dice.draw(URLSAFE, 150)),
        "google" => format!("AIza{}", dice.draw(URLSAFE, 35)),
        "azure-storage" => format!(
            "DefaultEndpointsProtocol=https;AccountName=clinic;AccountKey={}==",
            dice.draw(BASE64, 86)
        ),
        "digitalocean" => format!("dop_v1_{}", dice.draw(HEX, 64)),
        "openai" => format!("sk-proj-{}T3BlbkFJ{}", dice.draw(ALNUM, 20), dice.draw(ALNUM, 20)),
        "anthropic" => format!("sk-ant-api03-{}AA", dice.draw(URLSAFE, 93)),
        "twilio" => format!("SK{}", dice.draw(HEX, 32)),
        "jwt" => format!(
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ{}.{}",
            dice.draw(ALNUM, 40),
            dice.draw(URLSAFE, 43)
        ),
        "rsa-key" => armour("RSA PRIVATE KEY", "MIIEpAIBAAKCAQEA", &dice.draw(BASE64, 240)),
        "ssh-key" => armour(
            "OPENSSH PRIVATE KEY",
            "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB",
            &dice.draw(BASE64, 240),
        ),
        "ssh-key-encrypted" => armour(
            "OPENSSH PRIVATE KEY",
            "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0",
            &dice.draw(BASE64, 240),
        ),
        "encrypted-key" => {
            armour("ENCRYPTED PRIVATE KEY", "MIIFHDBOBgkqhkiG9w0B", &dice.draw(BASE64, 240))
        }
        "hex" => dice.draw(HEX, 40),
        "password" => dice.draw(SIGNS, 20),
        "random" => dice.draw(ALNUM, 32),
        "django" => dice.draw(SIGNS, 50),
        _ => return None,
    })
}

/// `text` with every `{{kind}}` and `{{kind 3}}` replaced by a specimen of that kind and seed.
/// Lines of a key in armour keep the indentation of the first.
pub fn fill(text: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let made = after.split_once("}}").and_then(|(inside, behind)| {
            let (kind, seed) = inside.split_once(' ').unwrap_or((inside, "0"));
            Some((specimen(kind, seed.parse().ok()?)?, behind))
        });
        match made {
            Some((made, behind)) => {
                let line = filled.rsplit('\n').next().unwrap_or("");
                let indent: String = line.chars().take_while(|c| *c == ' ').collect();
                filled.push_str(&made.replace('\n', &format!("\n{indent}")));
                rest = behind;
            }
            None => {
                filled.push_str("{{");
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn armour(label: &str, begin: &str, rest: &str) -> String {
    let body: Vec<char> = begin.chars().chain(rest.chars()).collect();
    let lines: Vec<String> = body.chunks(64).map(|line| line.iter().collect()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", lines.join("\n"))
}

/// A xorshift generator: the same seed, the same specimens.
struct Dice(u64);

impl Dice {
    fn draw(&mut self, alphabet: &str, count: usize) -> String {
        let alphabet = alphabet.as_bytes();
        (0..count)
            .map(|_| {
                self.0 ^= self.0 << 13;
                self.0 ^= self.0 >> 7;
                self.0 ^= self.0 << 17;
                char::from(alphabet[((self.0 >> 33) % alphabet.len() as u64) as usize])
            })
            .collect()
    }

    fn with_crc(&mut self) -> String {
        let random = self.draw(ALNUM, 30);
        let sum = checksum::base62(checksum::crc32(random.as_bytes()));
        random + &String::from_utf8_lossy(&sum)
    }
}
