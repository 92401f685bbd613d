//! Keys whose form tells who made them: one row a kind of key.

use std::sync::OnceLock;

use bartizan_finding::{Confidence, Severity};
use regex::Regex;

use crate::placeholder::{is_monotone, is_placeholder};
use crate::{base64, checksum, pairs};

/// A kind of key that one provider makes.
#[derive(Debug, PartialEq, Eq)]
pub struct Provider {
    /// What stands for it in names and fingerprints: `github-token`.
    pub id: &'static str,
    /// As people call it, to follow "a" or "an": `GitHub token`.
    pub name: &'static str,
    /// What whoever has it does: `reads and writes …`.
    pub grants: &'static str,
    /// How bad it is to lose one.
    pub severity: Severity,
    /// Texts of which one stands in every such key.
    pub(crate) triggers: &'static [&'static str],
    /// Where the key begins, seen from the trigger.
    pub(crate) begins: Begins,
    /// The whole key, or, where it has a group, what is secret of it.
    pub(crate) pattern: &'static str,
    /// What more can be checked.
    pub(crate) check: Check,
}

/// Where a key begins, seen from its trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begins {
    /// With the trigger.
    Here,
    /// Before it, at most this many characters.
    Before(usize),
    /// Somewhere behind it on the same line: the trigger is the provider's name.
    OnTheLine,
}

/// What can be checked of a key besides its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// That it looks drawn at random.
    Random,
    /// That its last six characters are the checksum of the others behind the prefix.
    Crc,
    /// That it is a macaroon of the package index.
    Macaroon,
    /// That it is a JSON Web Token.
    Jwt,
}

const fn row(
    id: &'static str,
    name: &'static str,
    grants: &'static str,
    severity: Severity,
    triggers: &'static [&'static str],
    pattern: &'static str,
) -> Provider {
    let (begins, check) = (Begins::Here, Check::Random);
    Provider { id, name, grants, severity, triggers, begins, pattern, check }
}

impl Provider {
    const fn checked(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    const fn begins(mut self, begins: Begins) -> Self {
        self.begins = begins;
        self
    }
}

const CRITICAL: Severity = Severity::Critical;
const HIGH: Severity = Severity::High;
const MEDIUM: Severity = Severity::Medium;
const LOW: Severity = Severity::Low;

/// The secret half of an Amazon key. It has no mark of its own and is known by its name.
pub(crate) static AWS_SECRET: Provider = row(
    "aws-secret-access-key",
    "AWS secret access key",
    "calls the cloud's interface as the account that it belongs to",
    CRITICAL,
    &[],
    "[A-Za-z0-9/+]{40}",
);

/// Every kind of key that is known by its form.
#[rustfmt::skip]
pub static PROVIDERS: &[Provider] = &[
    row("aws-access-key-id", "AWS access key id", "knows the account and has half of what signs its requests", LOW,
        &["AKIA", "ASIA", "ABIA"], "A(?:KI|SI|BI)A[A-Z2-7]{16}"),
    row("github-token", "GitHub token", "reads and pushes to every repository that its owner can", HIGH,
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], "gh[pousr]_([A-Za-z0-9]{36})").checked(Check::Crc),
    row("github-fine-grained-token", "GitHub fine-grained token", "reads and pushes to the repositories that it was made for", HIGH,
        &["github_pat_"], "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    row("gitlab-token", "GitLab token", "reads and pushes to every project that its owner can", HIGH,
        &["glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "glcbt-", "glimt-", "glagent-", "glft-"],
        "gl(?:pat|dt|rt|ptt|soat|cbt|imt|agent|ft)-[A-Za-z0-9_-]{20,300}(?:\\.[A-Za-z0-9]{2}\\.[a-z0-9]{9})?"),
    row("bitbucket-token", "Bitbucket token", "reads and pushes to the repositories that it was made for", HIGH,
        &["ATBB", "ATCTT3xFf"], "(?:ATBB[A-Za-z0-9]{32}|ATCTT3xFf[A-Za-z0-9=_-]{150,240})"),
    row("atlassian-token", "Atlassian API token", "reads and writes tickets and pages as its owner", HIGH,
        &["ATATT3xFf"], "ATATT3xFf[A-Za-z0-9=_-]{150,240}"),
    row("stripe-secret-key", "Stripe secret key", "moves money and reads every customer's payments", CRITICAL,
        &["sk_live_", "rk_live_"], "[sr]k_live_[A-Za-z0-9]{20,250}"),
    row("stripe-test-key", "Stripe test key", "reads and writes the account's test data", LOW,
        &["sk_test_", "rk_test_"], "[sr]k_test_[A-Za-z0-9]{20,250}"),
    row("stripe-webhook-secret", "Stripe webhook secret", "tells the site that orders are paid which are not", HIGH,
        &["whsec_"], "whsec_[A-Za-z0-9+/]{32,64}"),
    row("slack-token", "Slack token", "reads and writes in the channels that it was made for", HIGH,
        &["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxe.", "xoxo-", "xapp-"],
        "(?:xox[abporse]-(?:[0-9]{6,14}-)+[A-Za-z0-9-]{16,80}|xoxe[.-][A-Za-z0-9.-]{30,200}|xapp-[0-9]-[A-Z0-9]{8,12}-[0-9]{8,14}-[a-f0-9]{64})"),
    row("slack-webhook", "Slack webhook", "writes into the channel as the team's own tool", MEDIUM,
        &["hooks.slack.com/"], "hooks\\.slack\\.com/(?:services|workflows|triggers)/([A-Z0-9]{8,12}/[A-Z0-9]{8,14}/[A-Za-z0-9]{20,30})"),
    row("discord-webhook", "Discord webhook", "writes into the channel as the team's own tool", MEDIUM,
        &["/api/webhooks/"], "/api/webhooks/([0-9]{17,20}/[A-Za-z0-9_-]{60,72})"),
    row("twilio-key", "Twilio key", "sends messages and calls at the account's cost", HIGH,
        &["twilio"], "twilio[^\\n]{0,60}?['\"=: ]((?:SK)?[0-9a-f]{32})").begins(Begins::OnTheLine),
    row("sendgrid-key", "SendGrid key", "sends mail in the site's name", HIGH,
        &["SG."], "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}"),
    row("mailgun-key", "Mailgun key", "sends mail in the site's name and reads what was sent", HIGH,
        &["key-"], "key-[0-9a-f]{32}"),
    row("mailchimp-key", "Mailchimp key", "reads the lists of subscribers and writes to them", HIGH,
        &["-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9"], "[0-9a-f]{32}-us[0-9]{1,2}").begins(Begins::Before(32)),
    row("brevo-key", "Brevo key", "sends mail in the site's name", HIGH,
        &["xkeysib-", "xsmtpsib-"], "x(?:key|smtp)sib-[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    row("telegram-bot-token", "Telegram bot token", "reads and writes as the bot", HIGH,
        &[":AA"], "[0-9]{8,10}:AA[A-Za-z0-9_-]{33}").begins(Begins::Before(10)),
    row("npm-token", "npm token", "publishes packages as its owner", CRITICAL,
        &["npm_"], "npm_([A-Za-z0-9]{36})").checked(Check::Crc),
    row("pypi-token", "PyPI token", "publishes packages as its owner", CRITICAL,
        &["pypi-AgE"], "pypi-AgE[A-Za-z0-9_-]{60,400}").checked(Check::Macaroon),
    row("rubygems-key", "RubyGems key", "publishes packages as its owner", HIGH,
        &["rubygems_"], "rubygems_[0-9a-f]{48}"),
    row("docker-token", "Docker Hub token", "pulls and pushes images as its owner", HIGH,
        &["dckr_pat_", "dckr_oat_"], "dckr_[po]at_[A-Za-z0-9_-]{27,32}"),
    row("google-api-key", "Google API key", "uses the services that it is open for at the account's cost", MEDIUM,
        &["AIza"], "AIza[A-Za-z0-9_-]{35}"),
    row("google-oauth-secret", "Google OAuth client secret", "poses as the site when people log in through Google", HIGH,
        &["GOCSPX-"], "GOCSPX-[A-Za-z0-9_-]{28}"),
    row("google-access-token", "Google access token", "acts as the account for as long as it lasts", MEDIUM,
        &["ya29."], "ya29\\.[A-Za-z0-9_-]{60,600}"),
    row("azure-storage-key", "Azure storage key", "reads, writes and deletes everything in the storage account", CRITICAL,
        &["AccountKey="], "AccountKey=([A-Za-z0-9+/]{86}==)"),
    row("azure-shared-access-key", "Azure shared access key", "sends and receives on the message bus", HIGH,
        &["SharedAccessKey="], "SharedAccessKey=([A-Za-z0-9+/]{43}=)"),
    row("azure-client-secret", "Azure client secret", "logs in to the directory as the application", HIGH,
        &["Q~"], "[A-Za-z0-9_.~-]{3}[0-9]Q~[A-Za-z0-9_.~-]{31,34}").begins(Begins::Before(4)),
    row("digitalocean-token", "DigitalOcean token", "runs, reads and deletes the account's machines", CRITICAL,
        &["dop_v1_", "doo_v1_", "dor_v1_"], "do[por]_v1_[0-9a-f]{64}"),
    row("heroku-key", "Heroku key", "deploys and reads the configuration of the account's applications", HIGH,
        &["HRKU-"], "HRKU-[A-Za-z0-9_-]{36,70}"),
    row("netlify-token", "Netlify token", "deploys the account's sites", HIGH, &["nfp_"], "nfp_[A-Za-z0-9]{36,40}"),
    row("openai-key", "OpenAI key", "uses the models at the account's cost and reads its files", HIGH,
        &["T3BlbkFJ"], "sk-[A-Za-z0-9_-]{16,100}T3BlbkFJ[A-Za-z0-9_-]{16,100}").begins(Begins::Before(110)),
    row("anthropic-key", "Anthropic key", "uses the models at the account's cost", HIGH,
        &["sk-ant-"], "sk-ant-(?:api|admin|sid|oat)[0-9]{2}-[A-Za-z0-9_-]{80,120}"),
    row("openrouter-key", "OpenRouter key", "uses the models at the account's cost", HIGH,
        &["sk-or-v1-"], "sk-or-v1-[0-9a-f]{64}"),
    row("huggingface-token", "Hugging Face token", "reads and writes models and data as its owner", HIGH,
        &["hf_"], "hf_[A-Za-z]{34}"),
    row("groq-key", "Groq key", "uses the models at the account's cost", MEDIUM, &["gsk_"], "gsk_[A-Za-z0-9]{52}"),
    row("replicate-token", "Replicate token", "uses the models at the account's cost", MEDIUM, &["r8_"], "r8_[A-Za-z0-9]{37}"),
    row("sentry-token", "Sentry token", "reads the errors of the site, with the data of its visitors", HIGH,
        &["sntrys_", "sntryu_"], "sntry(?:s_[A-Za-z0-9+/=_]{80,300}|u_[0-9a-f]{64})"),
    row("grafana-token", "Grafana token", "reads and changes the dashboards and their sources", HIGH,
        &["glsa_", "glc_"], "(?:glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|glc_[A-Za-z0-9+/]{32,400}={0,2})"),
    row("newrelic-key", "New Relic key", "reads what is measured of the site", MEDIUM, &["NRAK-"], "NRAK-[A-Z0-9]{27}"),
    row("vault-token", "Vault token", "reads the secrets that the vault holds for it", CRITICAL,
        &["hvs.", "hvb."], "hv[sb]\\.[A-Za-z0-9_-]{24,300}"),
    row("doppler-token", "Doppler token", "reads the secrets of the project", CRITICAL,
        &["dp.pt.", "dp.st.", "dp.ct.", "dp.sa."], "dp\\.(?:pt|ct|sa|st(?:\\.[a-z0-9_-]{2,35})?)\\.[A-Za-z0-9]{40,44}"),
    row("terraform-token", "Terraform Cloud token", "reads and changes the infrastructure", CRITICAL,
        &[".atlasv1."], "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{60,70}").begins(Begins::Before(14)),
    row("databricks-token", "Databricks token", "reads and writes the workspace's data", HIGH, &["dapi"], "dapi[0-9a-f]{32}(?:-[0-9])?"),
    row("shopify-token", "Shopify token", "reads and changes the shop, its orders and its customers", HIGH,
        &["shpat_", "shpca_", "shppa_", "shpss_"], "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    row("square-key", "Square key", "moves money and reads payments", CRITICAL,
        &["sq0csp-", "EAAAE"], "(?:sq0csp-[A-Za-z0-9_-]{43}|EAAAE[A-Za-z0-9_-]{59})"),
    row("razorpay-key", "Razorpay key", "has half of what moves the account's money", MEDIUM, &["rzp_live_"], "rzp_live_[A-Za-z0-9]{14}"),
    row("braintree-token", "Braintree token", "moves money and reads payments", CRITICAL,
        &["access_token$production$"], "access_token\\$production\\$[0-9a-z]{16}\\$[0-9a-f]{32}"),
    row("facebook-token", "Facebook token", "acts as the page or the application", HIGH,
        &["EAACEdEose0cBA", "EAAB"], "EAA(?:CEdEose0cBA|B)[A-Za-z0-9]{80,300}"),
    row("mapbox-token", "Mapbox secret token", "changes the account's maps", MEDIUM, &["sk.eyJ"], "sk\\.eyJ[A-Za-z0-9_-]{50,200}\\.[A-Za-z0-9_-]{20,30}"),
    row("linear-key", "Linear key", "reads and writes tickets as its owner", MEDIUM, &["lin_api_"], "lin_api_[A-Za-z0-9]{40}"),
    row("notion-token", "Notion token", "reads and writes the pages that it was made for", MEDIUM, &["ntn_"], "ntn_[0-9]{11}[A-Za-z0-9]{35}"),
    row("postman-key", "Postman key", "reads the collections, often with keys in them", MEDIUM, &["PMAK-"], "PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    row("planetscale-token", "PlanetScale token", "reads and changes the databases", CRITICAL, &["pscale_"], "pscale_(?:tkn|pw|oauth)_[A-Za-z0-9=._-]{32,64}"),
    row("supabase-key", "Supabase key", "reads and changes the projects", CRITICAL, &["sbp_"], "sbp_[0-9a-f]{40}"),
    row("figma-token", "Figma token", "reads the designs of its owner", MEDIUM, &["figd_"], "figd_[A-Za-z0-9_-]{40}"),
    row("circleci-token", "CircleCI token", "starts and reads builds, with what they know", HIGH, &["CCIPAT_"], "CCIPAT_[A-Za-z0-9]{22}_[0-9a-f]{40}"),
    row("alibaba-key-id", "Alibaba Cloud key id", "knows the account and has half of what signs its requests", LOW, &["LTAI"], "LTAI[A-Za-z0-9]{16,20}"),
    row("age-secret-key", "age secret key", "decrypts everything that was encrypted to it", HIGH, &["AGE-SECRET-KEY-1"], "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    row("json-web-token", "JSON Web Token", "acts as the user that it names for as long as it lasts", MEDIUM,
        &["eyJ"], "eyJ[A-Za-z0-9_-]{14,400}\\.eyJ[A-Za-z0-9_-]{14,2000}\\.[A-Za-z0-9_-]{40,700}").checked(Check::Jwt),
];

/// A key that was found: where what is secret of it lies in the text, and how sure that is.
pub(crate) struct Key {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) confidence: Confidence,
    pub(crate) doubt: Option<&'static str>,
}

impl Provider {
    /// The key around a trigger that was found at `at`, whatever its case.
    pub(crate) fn key_at(&self, index: usize, text: &str, at: usize) -> Option<Key> {
        let start = match self.begins {
            Begins::Here => {
                let here = text.get(at..)?;
                if !self.triggers.iter().any(|trigger| here.starts_with(trigger)) {
                    return None;
                }
                at
            }
            Begins::OnTheLine => at,
            Begins::Before(most) => {
                let before = &text.as_bytes()[at.saturating_sub(most)..at];
                let length = before.iter().rev().take_while(|byte| is_of_key(**byte)).count();
                at - length
            }
        };
        let before = start.checked_sub(1).map(|at| text.as_bytes()[at]);
        if self.begins != Begins::OnTheLine && before.is_some_and(is_word) {
            return None;
        }
        let window = &text[start..text.floor_char_boundary((start + 3_000).min(text.len()))];
        let found = pattern(index).captures(window)?;
        let whole = found.get(0)?;
        let next = window.as_bytes().get(whole.end()).copied();
        if next.is_some_and(|next| next.is_ascii_alphanumeric() || next == b'_') {
            return None;
        }
        // A signed URL names the key that signed it, and is good for a while without the rest.
        let named = &text[text.ceil_char_boundary(start.saturating_sub(20))..start];
        if named.ends_with("AWSAccessKeyId=") || named.ends_with("Credential=") {
            return None;
        }
        let secret = found.get(1).unwrap_or(whole);
        let (confidence, doubt) = self.judge(secret.as_str())?;
        // A checksum is over the part behind the prefix, and the prefix is as secret as the rest.
        let begin = if self.check == Check::Crc { whole.start() } else { secret.start() };
        Some(Key { start: start + begin, end: start + secret.end(), confidence, doubt })
    }

    fn judge(&self, secret: &str) -> Option<(Confidence, Option<&'static str>)> {
        let sure = Some((Confidence::High, None));
        match self.check {
            Check::Crc => {
                if is_monotone(secret) {
                    None
                } else if checksum::ends_in_crc(secret) {
                    sure
                } else {
                    // Every token since 2021 carries one; what does not was typed by a person.
                    None
                }
            }
            Check::Macaroon => {
                let bytes = base64::beginning(&secret["pypi-".len()..], 16);
                let location = |name: &[u8]| {
                    bytes.get(2).is_some_and(|length| usize::from(*length) == name.len())
                        && bytes.get(3..).is_some_and(|rest| rest.starts_with(name))
                };
                if is_monotone(secret) {
                    None
                } else if location(b"pypi.org") {
                    sure
                } else if location(b"test.pypi.org") {
                    Some((Confidence::Low, Some("if the index for trials holds anything of worth")))
                } else {
                    None
                }
            }
            Check::Jwt => {
                let header = base64::beginning(secret.split('.').next()?, 200);
                if secret.rsplit('.').next().is_some_and(is_placeholder) {
                    return None;
                }
                let header = String::from_utf8(header).ok()?;
                (header.starts_with('{') && header.contains("\"alg\"")).then_some((
                    Confidence::Low,
                    Some("if the token has not expired and is not meant for everyone"),
                ))
            }
            Check::Random => {
                let trigger = self.triggers.iter().find(|trigger| secret.starts_with(**trigger));
                let body = &secret[trigger.map_or(0, |trigger| trigger.len())..];
                // In hexadecimal digits the pairs of letters are no words.
                let hexadecimal = body.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
                let least = if hexadecimal { 4.2 } else { 4.9 };
                if is_monotone(body)
                    || pairs::surprise(body) < least
                    || body.len() < 60 && !hexadecimal && is_placeholder(body)
                {
                    return None;
                }
                Some(self.reservation().unwrap_or((Confidence::High, None)))
            }
        }
    }

    /// Keys that are more than they seem only under a condition.
    fn reservation(&self) -> Option<(Confidence, Option<&'static str>)> {
        Some(match self.id {
            "aws-access-key-id" | "alibaba-key-id" | "razorpay-key" => {
                (Confidence::Medium, Some("if its secret half can be found as well"))
            }
            "google-api-key" => {
                (Confidence::Medium, Some("if the key is not limited to your own sites"))
            }
            "google-access-token" => (Confidence::Low, Some("if the token has not expired")),
            "stripe-test-key" => (Confidence::Medium, Some("if the test data is worth anything")),
            "twilio-key" | "mailchimp-key" => {
                (Confidence::Medium, Some("if the digits are a key and not an identifier"))
            }
            _ => return None,
        })
    }
}

fn is_of_key(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'-' | b'.' | b'~' | b'=')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The pattern of a row, made on its first use: most texts need none.
fn pattern(index: usize) -> &'static Regex {
    static PATTERNS: [OnceLock<Regex>; PROVIDERS.len()] =
        [const { OnceLock::new() }; PROVIDERS.len()];
    PATTERNS[index].get_or_init(|| {
        let pattern = format!("^(?:{})", PROVIDERS[index].pattern);
        Regex::new(&pattern).expect("a test compiles every pattern")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one_and_every_id_is_new() {
        let mut ids: Vec<&str> = Vec::new();
        for (index, provider) in PROVIDERS.iter().enumerate() {
            pattern(index);
            assert!(!ids.contains(&provider.id), "{} stands twice", provider.id);
            ids.push(provider.id);
            assert!(!provider.triggers.is_empty(), "{} is never looked for", provider.id);
        }
    }
}
