//! What Bandit says of a call.

use bartizan_base::Span;
use bartizan_finding::{Confidence, Severity};
use bartizan_ir::{ArgKind, FileIr, FunctionId, Part, Run, TextPart, TextPiece, Value, ValueId};

use super::table::{CALLS, CURVES, IMPORTS};
use super::texts::is_password_word;
use super::written::{Given, Literal, Written, is_f};
use super::{BanditOptions, Imports, KeySizes, ProcessNames, Said};

/// A call as Bandit sees it.
pub(super) struct Call<'a> {
    written: Written<'a>,
    span: Span,
    /// The function that calls.
    function: FunctionId,
    /// The dotted name, aliases of imports undone.
    qualname: String,
    given: Vec<Given<'a>>,
}

const VERBS: &[&str] = &["get", "options", "head", "post", "put", "patch", "delete"];
const HTTPX: &[&str] = &["request", "stream", "Client", "AsyncClient"];

impl<'a> Call<'a> {
    pub(super) fn of(
        written: Written<'a>,
        value: ValueId,
        span: Span,
        imports: &Imports<'_>,
    ) -> Self {
        let qualname = imports.undo(&written.callee(value, span), span.start);
        let function = written.ir.stretch(value).function;
        Self { written, span, function, qualname, given: written.arguments(value) }
    }

    fn name(&self) -> &str {
        self.qualname.rsplit('.').next().unwrap_or("")
    }

    fn positional(&self) -> impl Iterator<Item = &Given<'a>> {
        self.given.iter().filter(|given| given.keyword.is_none() && !given.text.starts_with("**"))
    }

    fn at(&self, position: usize) -> Option<&Given<'a>> {
        self.positional().nth(position)
    }

    fn literal(&self, given: &Given<'a>) -> Literal<'a> {
        if given.is_star {
            return Literal::Other;
        }
        self.written.literal(given.value, given.span)
    }

    fn literal_at(&self, position: usize) -> Option<Literal<'a>> {
        self.at(position).map(|given| self.literal(given))
    }

    fn keyword(&self, name: &str) -> Option<&Given<'a>> {
        self.given.iter().find(|given| given.keyword == Some(name))
    }

    fn keyword_literal(&self, name: &str) -> Option<Literal<'a>> {
        self.keyword(name).map(|given| self.literal(given))
    }

    fn keyword_is(&self, name: &str, word: &str) -> bool {
        self.keyword_literal(name).is_some_and(|literal| literal.is_word(word))
    }

    fn said(&self, id: &'static str) -> Said {
        Said::new(id, self.span)
    }

    /// The same, on the line of a keyword where it is given.
    fn said_at(&self, id: &'static str, keyword: &str) -> Said {
        let mut said = self.said(id);
        if let Some(given) = self.keyword(keyword) {
            said.span = given.span;
        }
        said
    }

    pub(super) fn judge(
        &self,
        imports: &Imports<'_>,
        options: &BanditOptions,
        out: &mut Vec<Said>,
    ) {
        self.blacklist(out);
        self.passwords(out);
        self.processes(&options.processes, out);
        self.requests(out);
        self.tls(options.bad_tls.as_deref(), out);
        self.markup(imports, options, out);
        self.django(imports, out);
        self.keys(options.key_sizes.as_ref(), out);
        self.hashes(out);
        self.others(imports, out);
    }

    fn blacklist(&self, out: &mut Vec<Said>) {
        let imported = match self.qualname.as_str() {
            "__import__" | "importlib.import_module" | "importlib.__import__" => {
                match self.literal_at(0).or_else(|| self.keyword_literal("name")) {
                    Some(Literal::Str(name)) => Some(name),
                    _ => return,
                }
            }
            _ => None,
        };
        let name = imported.unwrap_or(&self.qualname);
        let listed = CALLS.iter().chain(IMPORTS).find(|(_, names)| names.contains(&name));
        out.extend(listed.map(|(id, _)| self.said(id)));
    }

    fn passwords(&self, out: &mut Vec<Said>) {
        let hard = self.given.iter().find(|given| {
            given.keyword.is_some_and(is_password_word)
                && matches!(self.literal(given), Literal::Str(_))
        });
        out.extend(hard.map(|given| Said { span: given.span, ..self.said("B106") }));
    }

    /// Whether a shell is asked for, as Bandit reads it.
    fn has_shell(&self) -> bool {
        match self.keyword_literal("shell") {
            None | Some(Literal::None | Literal::Bool(false) | Literal::Int(0)) => false,
            Some(Literal::Float(number)) => number != 0.0,
            Some(Literal::Str(text)) => !text.is_empty(),
            Some(Literal::List(items)) => !items.is_empty(),
            Some(_) => self.keyword("shell").is_some_and(|given| given.text.trim() != "{}"),
        }
    }

    fn processes(&self, names: &ProcessNames, out: &mut Vec<Said>) {
        let name = self.qualname.as_str();
        let subprocess = ProcessNames::has(&names.subprocess, name);
        let shell = ProcessNames::has(&names.shell, name);
        let no_shell = ProcessNames::has(&names.no_shell, name);
        let first = self.literal_at(0);
        let rated = |said: Said| match first {
            Some(Literal::Str(_)) => Said { severity: Severity::Low, ..said },
            _ => said,
        };
        if subprocess && self.has_shell() && first.is_some() {
            out.push(rated(self.said_at("B602", "shell")));
        }
        if subprocess && !self.has_shell() {
            out.push(self.said_at("B603", "shell"));
        }
        if !subprocess && names.subprocess.is_some() && self.has_shell() {
            out.push(self.said_at("B604", "shell"));
        }
        if shell && first.is_some() {
            out.push(rated(self.said("B605")));
        }
        if no_shell {
            out.push(self.said("B606"));
        }
        // Bandit asks one list after the other, and stops where one is missing.
        let starts = subprocess
            || names.subprocess.is_some() && (shell || names.shell.is_some() && no_shell);
        if starts {
            let program = match &first {
                Some(Literal::List(items)) => items.first(),
                first => first.as_ref(),
            };
            if let Some(Literal::Str(program)) = program
                && !is_full_path(program)
            {
                out.push(self.said("B607"));
            }
        }
        let both = names.subprocess.is_some() && names.shell.is_some();
        if both && (shell || subprocess && self.keyword_is("shell", "True")) {
            let command = match &first {
                Some(Literal::Str(text)) => (*text).to_owned(),
                Some(Literal::List(items)) => items
                    .iter()
                    .map(|item| match item {
                        Literal::Str(text) => format!(" {text}"),
                        _ => " ".to_owned(),
                    })
                    .collect(),
                _ => String::new(),
            };
            let known = ["chown", "chmod", "tar", "rsync"];
            if command.contains('*') && known.iter().any(|program| command.contains(program)) {
                out.push(self.said_at("B609", "shell"));
            }
        }
    }

    fn requests(&self, out: &mut Vec<Said>) {
        let package = self.qualname.split('.').next().unwrap_or("");
        let verb = VERBS.contains(&self.name());
        let asks = match package {
            "requests" => verb,
            "httpx" => verb || HTTPX.contains(&self.name()),
            _ => return,
        };
        if !asks {
            return;
        }
        let timeout = self.keyword_literal("timeout");
        // What Bandit cannot read counts as not given.
        let unread = timeout.as_ref().is_none_or(|literal| {
            matches!(literal, Literal::Other | Literal::Call) && !self.reads_as_something("timeout")
        });
        if package == "requests" && verb && unread {
            out.push(self.said("B113"));
        }
        if timeout == Some(Literal::None) {
            out.push(self.said("B113"));
        }
        if self.keyword_is("verify", "False") {
            out.push(self.said_at("B501", "verify"));
        }
    }

    /// Whether Bandit has a value for an argument: containers, but no calls and operators.
    fn reads_as_something(&self, name: &str) -> bool {
        let ir = self.written.ir;
        self.keyword(name).is_some_and(|given| {
            matches!(
                ir.value(ir.bare(given.value)),
                Value::Tuple(_) | Value::Set(_) | Value::Dict(_) | Value::List(_)
            )
        })
    }

    fn tls(&self, versions: Option<&[String]>, out: &mut Vec<Said>) {
        let bad = |name: &str| {
            let versions = versions.unwrap_or_default();
            self.keyword_literal(name)
                .is_some_and(|literal| versions.iter().any(|version| literal.is_word(version)))
        };
        match self.qualname.as_str() {
            "ssl.wrap_socket" => {
                if bad("ssl_version") {
                    out.push(self.said_at("B502", "ssl_version"));
                }
                if self.keyword("ssl_version").is_none() {
                    out.push(self.said("B504"));
                }
            }
            "pyOpenSSL.SSL.Context" if bad("method") => out.push(self.said_at("B502", "method")),
            "pyOpenSSL.SSL.Context" => {}
            _ if bad("method") || bad("ssl_version") => {
                let keyword =
                    if self.keyword("method").is_some() { "method" } else { "ssl_version" };
                let said = self.said_at("B502", keyword);
                out.push(said.rated(Severity::Medium, Confidence::Medium));
            }
            _ => {}
        }
    }

    fn markup(&self, imports: &Imports<'_>, options: &BanditOptions, out: &mut Vec<Said>) {
        let last = self.name();
        let has = |word: &str| self.qualname.split('.').any(|part| part == word);
        if has("jinja2") && last == "Environment" {
            // Any `autoescape` inside of the call counts, the first one first.
            match self.keyword("autoescape") {
                Some(given) => match self.literal(given) {
                    Literal::Bool(true) => {}
                    Literal::Call if given.text.contains("select_autoescape") => {}
                    Literal::Bool(false) => out.push(self.said("B701")),
                    _ => out.push(self.said("B701").rated(Severity::High, Confidence::Medium)),
                },
                None => out.push(self.said("B701")),
            }
        }
        if has("mako") && last == "Template" {
            out.push(self.said("B702"));
        }
        let constant = |literal: &Literal<'_>| literal.is_constant();
        let is_markup = matches!(self.qualname.as_str(), "markupsafe.Markup" | "flask.Markup")
            || options.markup_names.contains(&self.qualname);
        if is_markup
            && let Some(given) = self.at(0)
            && !self.literal_at(0).as_ref().is_some_and(constant)
            && !self.is_allowed(given, imports, options)
        {
            out.push(self.said("B704"));
        }
        const SAFE: &[&str] = &["mark_safe", "SafeText", "SafeUnicode", "SafeString", "SafeBytes"];
        if SAFE.contains(&last)
            && imports.has_like("django.utils.safestring", self.span.start)
            && let Some(given) = self.at(0)
            && !matches!(self.literal(given), Literal::Str(_))
            && !self.is_secure_markup(given)
        {
            out.push(self.said("B703"));
        }
    }

    /// Whether an argument is a call whose result may be marked as safe.
    fn is_allowed(
        &self,
        given: &Given<'a>,
        imports: &Imports<'_>,
        options: &BanditOptions,
    ) -> bool {
        let value = self.written.ir.bare(given.value);
        if options.markup_allowed.is_empty()
            || !matches!(self.written.ir.value(value), Value::Call { .. })
        {
            return false;
        }
        let name = imports.undo(&self.written.callee(value, given.span), given.span.start);
        options.markup_allowed.contains(&name)
    }

    /// Whether Bandit takes markup for harmless: a variable that holds constants alone, or such
    /// variables put into a constant by `format` or `%`.
    fn is_secure_markup(&self, given: &Given<'a>) -> bool {
        let ir = self.written.ir;
        if let Literal::Name(name) = self.literal(given) {
            // A parameter stays one, whatever else it is set to.
            let mut params = ir.params[ir.function(self.function).params].iter();
            // Of what is joined by `+`, Bandit knows nothing, of constants neither.
            let bare = ir.bare(given.value);
            let is_joined = matches!(ir.value(bare), Value::Str(_))
                && !matches!(self.written.literal(bare, ir.span(bare)), Literal::Str(_));
            if params.any(|param| ir.str(param.name) == name) || is_joined {
                return false;
            }
            // To Bandit a decorator is a part of what it decorates, in which the name is not set.
            let mut decorators =
                ir.functions().flat_map(|(_, function)| &ir.ids[function.decorators]);
            if decorators.any(|decorator| ir.span(*decorator).contains(self.span)) {
                return false;
            }
        }
        match ir.value(ir.bare(given.value)) {
            Value::Text { parts, .. } if !given.text.starts_with(['"', '\'']) => {
                // A variable: built on the line where it was stored.
                let at = ir.span(ir.bare(given.value));
                let text = self.written.slice(at);
                matches!(self.literal(given), Literal::Name(_))
                    && !is_f(text)
                    && text.contains(".format(")
                    && !given.text.contains('+')
                    && fixed_parts(ir, parts, &mut Vec::new())
            }
            Value::Text { parts, .. } => {
                let plain = super::written::tokens(given.text, 0);
                !plain.strings.iter().any(|string| string.is_f)
                    && !given.text.contains('+')
                    && !has_keyword_argument(given.text)
                    && !has_idle_argument(given.text)
                    && fixed_parts(ir, parts, &mut Vec::new())
            }
            Value::Call { .. } => {
                given.text.starts_with(['"', '\'']) && is_fixed(ir, given.value, &mut Vec::new())
            }
            _ if matches!(self.literal(given), Literal::Name(_)) => {
                is_fixed(ir, given.value, &mut Vec::new())
            }
            _ => false,
        }
    }

    fn django(&self, imports: &Imports<'_>, out: &mut Vec<Said>) {
        let ir = self.written.ir;
        let is_str = |given: &Given<'a>| matches!(self.literal(given), Literal::Str(_));
        let inner = |value: ValueId, whole: &Given<'a>| {
            let at = ir.span(value);
            whole.span.contains(at) && matches!(self.written.literal(value, at), Literal::Str(_))
        };
        if self.name() == "extra" {
            let part =
                |name: &str, position: usize| self.at(position).or_else(|| self.keyword(name));
            let open_list = |given: &Given<'a>| match ir.value(ir.bare(given.value)) {
                Value::List(items) if given.text.starts_with('[') => {
                    !ir.items[items].iter().all(|item| inner(item.value, given))
                }
                _ => true,
            };
            let open_dict = |given: &Given<'a>| match ir.value(ir.bare(given.value)) {
                Value::Dict(pairs) if given.text.starts_with('{') => {
                    !ir.pairs[pairs].iter().all(|pair| {
                        pair.key.is_some_and(|key| inner(key, given)) && inner(pair.value, given)
                    })
                }
                _ => true,
            };
            if part("where", 1).is_some_and(open_list)
                || part("tables", 3).is_some_and(open_list)
                || part("select", 0).is_some_and(open_dict)
            {
                out.push(self.said("B610"));
            }
        }
        if self.name() == "RawSQL"
            && imports.has_like("django.db.models", self.span.start)
            && let Some(sql) = self.at(0).or_else(|| self.keyword("sql"))
            && !is_str(sql)
        {
            out.push(self.said("B611"));
        }
    }

    fn keys(&self, sizes: Option<&KeySizes>, out: &mut Vec<Said>) {
        let Some(sizes) = sizes else { return };
        let name = self.qualname.as_str();
        let limits = |kind: &str| match kind {
            "EC" => sizes.ec,
            "DSA" => sizes.dsa,
            _ => sizes.rsa,
        };
        let size = |keyword: &str, position: usize| match self
            .keyword_literal(keyword)
            .or_else(|| self.literal_at(position))
        {
            Some(Literal::Int(size)) => Some(size),
            Some(Literal::Float(size)) => Some(size as i64),
            Some(Literal::Str(_) | Literal::Name(_) | Literal::Attr(_)) => None,
            _ => Some(2048),
        };
        let (kind, bits) = match name {
            "cryptography.hazmat.primitives.asymmetric.dsa.generate_private_key" => {
                ("DSA", size("key_size", 0))
            }
            "cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key" => {
                ("RSA", size("key_size", 1))
            }
            "cryptography.hazmat.primitives.asymmetric.ec.generate_private_key" => {
                let curve = self.keyword_literal("curve").or_else(|| self.literal_at(0));
                let known = CURVES
                    .iter()
                    .find(|(name, _)| curve.as_ref().is_some_and(|curve| curve.is_word(name)));
                ("EC", Some(known.map_or(224, |(_, bits)| *bits)))
            }
            "Crypto.PublicKey.DSA.generate" | "Cryptodome.PublicKey.DSA.generate" => {
                ("DSA", size("bits", 0))
            }
            "Crypto.PublicKey.RSA.generate" | "Cryptodome.PublicKey.RSA.generate" => {
                ("RSA", size("bits", 0))
            }
            _ => return,
        };
        let (high, medium) = limits(kind);
        match bits {
            Some(bits) if bits < high => out.push(self.said("B505")),
            Some(bits) if bits < medium => {
                out.push(self.said("B505").rated(Severity::Medium, Confidence::High));
            }
            _ => {}
        }
    }

    fn hashes(&self, out: &mut Vec<Said>) {
        const WEAK: &[&str] = &["md4", "md5", "sha", "sha1"];
        const CRYPT: &[&str] = &["METHOD_CRYPT", "METHOD_MD5", "METHOD_BLOWFISH"];
        let has = |word: &str| self.qualname.split('.').any(|part| part == word);
        let word = |position: usize, keyword: &str| {
            let literal = self.literal_at(position).or_else(|| self.keyword_literal(keyword));
            match literal {
                Some(Literal::Str(word) | Literal::Name(word) | Literal::Attr(word)) => Some(word),
                _ => None,
            }
        };
        if has("hashlib") {
            let weak = match self.name() {
                "new" => word(0, "name")
                    .is_some_and(|name| WEAK.contains(&name.to_ascii_lowercase().as_str())),
                name => WEAK.contains(&name),
            };
            let for_security = self.keyword("usedforsecurity").is_none()
                || self.keyword_is("usedforsecurity", "True");
            if weak && for_security {
                out.push(self.said("B324"));
            }
        } else if has("crypt") {
            let method = match self.name() {
                "crypt" => word(1, "salt"),
                "mksalt" => word(0, "method"),
                _ => None,
            };
            if method.is_some_and(|method| CRYPT.contains(&method)) {
                out.push(self.said("B324").rated(Severity::Medium, Confidence::High));
            }
        }
    }

    fn others(&self, imports: &Imports<'_>, out: &mut Vec<Said>) {
        let (name, at) = (self.name(), self.span.start);
        if self.qualname == "exec" {
            out.push(self.said("B102"));
        }
        if name.contains("chmod")
            && self.positional().count() == 2
            && let Some(mode) = self.literal_at(1).and_then(|literal| mode(&literal))
            && mode & 0o033 != 0
        {
            let severity = if mode & 0o002 != 0 { Severity::High } else { Severity::Medium };
            out.push(self.said("B103").rated(severity, Confidence::High));
        }
        if self.qualname.ends_with(".run")
            && self.keyword_is("debug", "True")
            && imports.has_like("flask", at)
        {
            out.push(self.said_at("B201", "debug"));
        }
        if name.contains("extractall") && imports.has("tarfile", at) {
            let said = self.said("B202");
            let filtered = matches!(self.keyword_literal("filter"), Some(Literal::Str("data")));
            match self.keyword_literal("members") {
                _ if filtered => {}
                None => out.push(said),
                Some(Literal::Call) => out.push(said.rated(Severity::Low, Confidence::Low)),
                Some(_) => out.push(said.rated(Severity::Medium, Confidence::Medium)),
            }
        }
        if name == "load"
            && self.qualname.split('.').any(|part| part == "yaml")
            && imports.has("yaml", at)
        {
            let safe = |literal: Literal<'_>| {
                literal.is_word("SafeLoader") || literal.is_word("CSafeLoader")
            };
            if !self.keyword_literal("Loader").is_some_and(safe)
                && !self.literal_at(1).is_some_and(safe)
            {
                out.push(self.said("B506"));
            }
        }
        if name == "set_missing_host_key_policy" && imports.has_like("paramiko", at) {
            let policy = self.at(0).map_or("", |given| super::written::dotted(given.text).0);
            let policy = policy.rsplit('.').next().unwrap_or("");
            if matches!(policy, "AutoAddPolicy" | "WarningPolicy") {
                out.push(self.said("B507"));
            }
        }
        if self.qualname == "pysnmp.hlapi.CommunityData"
            && matches!(self.keyword_literal("mpModel"), Some(Literal::Int(0 | 1)))
        {
            out.push(self.said("B508"));
        }
        if self.qualname == "pysnmp.hlapi.UsmUserData" && self.positional().count() < 3 {
            out.push(self.said("B509"));
        }
        if name == "exec_command" && imports.has_like("paramiko", at) {
            out.push(self.said("B601"));
        }
        if self.qualname == "logging.config.listen" && self.keyword("verify").is_none() {
            out.push(self.said("B612"));
        }
        if matches!(self.qualname.as_str(), "torch.load" | "torch.serialization.load")
            && !self.keyword_is("weights_only", "True")
        {
            out.push(self.said("B614"));
        }
        self.hugging_face(imports, out);
    }

    fn hugging_face(&self, imports: &Imports<'_>, out: &mut Vec<Said>) {
        let package = match self.name() {
            "from_pretrained" => "transformers",
            "load_dataset" => "datasets",
            "hf_hub_download" | "snapshot_download" | "repository_id" => "huggingface_hub",
            _ => return,
        };
        let known = ["transformers", "datasets", "huggingface_hub"];
        if !known.iter().any(|module| imports.has_like(module, self.span.start))
            || !self.qualname.split('.').any(|part| part == package)
        {
            return;
        }
        let revisions = ["revision", "commit_id"];
        for name in revisions {
            match self.keyword_literal(name) {
                Some(literal) if !literal.is_constant() => return,
                _ => {}
            }
        }
        let revision = revisions.iter().find_map(|name| self.keyword_literal(name));
        if let Some(Literal::Str(revision)) = revision {
            let revision = revision.trim_matches(['"', '\'']);
            if revision.len() >= 7 && revision.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return;
            }
        }
        match self.literal_at(0) {
            Some(Literal::Str(path))
                if ["./", "/", "../"].iter().any(|start| path.starts_with(start)) => {}
            _ => out.push(self.said("B615")),
        }
    }
}

/// A mode, as a number.
fn mode(literal: &Literal<'_>) -> Option<i64> {
    match literal {
        Literal::Int(mode) => Some(*mode),
        _ => None,
    }
}

/// `/bin/ls`, `./run`, `C:…`
fn is_full_path(program: &str) -> bool {
    let bytes = program.as_bytes();
    match bytes {
        [b'/' | b'\\' | b'.', ..] => true,
        [drive, b':', ..] => drive.is_ascii_alphabetic(),
        _ => false,
    }
}

/// Whether `format` is given something that no hole of the text takes: the graph does without it.
fn has_idle_argument(text: &str) -> bool {
    text.split_once(".format(").is_some_and(|(before, arguments)| {
        !before.contains('{') && !arguments.trim_start().starts_with([')', '"', '\''])
    })
}

/// Whether a method is called with an argument by name: `"…".format(name=x)`.
fn has_keyword_argument(text: &str) -> bool {
    let Some((_, arguments)) = text.split_once(".format(") else { return false };
    arguments.split(',').any(|argument| {
        let (name, rest) = super::written::dotted(argument.trim());
        !name.is_empty() && rest.trim_start().starts_with('=')
    })
}

/// Whether a value is a constant text on every way. `open` are the values that it is asked of: a
/// loop's variable is made of itself.
fn is_fixed(ir: &FileIr, value: ValueId, open: &mut Vec<ValueId>) -> bool {
    let value = ir.bare(value);
    if open.contains(&value) {
        return true;
    }
    if open.len() > 24 {
        return false;
    }
    open.push(value);
    let fixed = match ir.value(value) {
        Value::Str(_) | Value::Unbound => true,
        Value::Gamma { then, otherwise, .. } => {
            is_fixed(ir, then, open) && is_fixed(ir, otherwise, open)
        }
        Value::Mu { init, back, .. } => is_fixed(ir, init, open) && is_fixed(ir, back, open),
        Value::Join { ways, .. } => ir.ways[ways].iter().all(|way| is_fixed(ir, way.value, open)),
        Value::Text { parts, .. } => fixed_parts(ir, parts, open),
        // The variable of a loop is open, whatever is gone through.
        Value::Elem { which: Part::Each, .. } => false,
        Value::Elem { of, .. } | Value::Index { of, .. } => is_fixed(ir, of, open),
        Value::List(items) | Value::Tuple(items) => {
            ir.items[items].iter().all(|item| is_fixed(ir, item.value, open))
        }
        // `"…".format(*[…])`
        Value::Call { callee, args } => match ir.value(ir.bare(callee)) {
            Value::Attr { of, name } if ir.str(name) == "format" => {
                is_fixed(ir, of, open)
                    && ir.args[args].iter().all(|arg| {
                        matches!(arg.kind, ArgKind::Positional | ArgKind::Star)
                            && is_fixed(ir, arg.value, open)
                    })
            }
            _ => false,
        },
        _ => false,
    };
    open.pop();
    fixed
}

fn fixed_parts(ir: &FileIr, parts: Run<TextPart>, open: &mut Vec<ValueId>) -> bool {
    ir.parts[parts].iter().all(|part| match part.piece {
        TextPiece::Literal(_) => true,
        TextPiece::Hole { value, .. } => is_fixed(ir, value, open),
    })
}
