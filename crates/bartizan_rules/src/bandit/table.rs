//! Bandit's tests: their ids, the names that comments use, what they say, and how they rate it.

use bartizan_finding::{Confidence, Severity};

use Confidence as C;
use Severity as S;

/// One test.
pub(super) struct Test {
    pub(super) id: &'static str,
    /// The other name, which `# nosec` may give.
    pub(super) name: &'static str,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    /// What is wrong, as a sentence begins.
    pub(super) says: &'static str,
}

const fn test(
    id: &'static str,
    name: &'static str,
    severity: Severity,
    confidence: Confidence,
    says: &'static str,
) -> Test {
    Test { id, name, severity, confidence, says }
}

/// Every test of Bandit 1.9, by id.
pub(super) const TESTS: &[Test] = &[
    test("B101", "assert_used", S::Low, C::High, "An assertion is used"),
    test("B102", "exec_used", S::Medium, C::High, "exec is used"),
    test("B103", "set_bad_file_permissions", S::High, C::High, "A file mode lets others in"),
    test(
        "B104",
        "hardcoded_bind_all_interfaces",
        S::Medium,
        C::Medium,
        "All interfaces may be bound",
    ),
    test(
        "B105",
        "hardcoded_password_string",
        S::Low,
        C::Medium,
        "A password may stand in the code",
    ),
    test(
        "B106",
        "hardcoded_password_funcarg",
        S::Low,
        C::Medium,
        "A password may be passed as a constant",
    ),
    test("B107", "hardcoded_password_default", S::Low, C::Medium, "A password may be a default"),
    test(
        "B108",
        "hardcoded_tmp_directory",
        S::Medium,
        C::Medium,
        "A temporary path stands in the code",
    ),
    test("B110", "try_except_pass", S::Low, C::High, "An exception is passed over"),
    test("B112", "try_except_continue", S::Low, C::High, "An exception is passed over in a loop"),
    test("B113", "request_without_timeout", S::Medium, C::Low, "A request has no timeout"),
    test("B201", "flask_debug_true", S::High, C::Medium, "Flask runs with its debugger"),
    test("B202", "tarfile_unsafe_members", S::High, C::High, "An archive is unpacked as it is"),
    test("B301", "pickle", S::Medium, C::High, "A pickle is read"),
    test("B302", "marshal", S::Medium, C::High, "marshal reads data"),
    test("B303", "md5", S::Medium, C::High, "A weak hash is used"),
    test("B304", "ciphers", S::High, C::High, "A weak cipher is used"),
    test("B305", "cipher_modes", S::Medium, C::High, "A weak mode of a cipher is used"),
    test("B306", "mktemp_q", S::Medium, C::High, "mktemp is used"),
    test("B307", "eval", S::Medium, C::High, "eval is used"),
    test("B308", "mark_safe", S::Medium, C::High, "mark_safe is used"),
    test("B310", "urllib_urlopen", S::Medium, C::High, "A URL of any scheme may be opened"),
    test("B311", "random", S::Low, C::High, "Randomness that can be guessed is used"),
    test("B312", "telnetlib", S::High, C::High, "Telnet is used"),
    test("B313", "xml_bad_cElementTree", S::Medium, C::High, "XML is parsed with cElementTree"),
    test("B314", "xml_bad_ElementTree", S::Medium, C::High, "XML is parsed with ElementTree"),
    test("B315", "xml_bad_expatreader", S::Medium, C::High, "XML is parsed with expatreader"),
    test("B316", "xml_bad_expatbuilder", S::Medium, C::High, "XML is parsed with expatbuilder"),
    test("B317", "xml_bad_sax", S::Medium, C::High, "XML is parsed with sax"),
    test("B318", "xml_bad_minidom", S::Medium, C::High, "XML is parsed with minidom"),
    test("B319", "xml_bad_pulldom", S::Medium, C::High, "XML is parsed with pulldom"),
    test("B321", "ftplib", S::High, C::High, "FTP is used"),
    test("B323", "unverified_context", S::Medium, C::High, "A TLS context checks no certificate"),
    test("B324", "hashlib", S::High, C::High, "A weak hash is used for security"),
    test("B401", "import_telnetlib", S::High, C::High, "telnetlib is imported"),
    test("B402", "import_ftplib", S::High, C::High, "ftplib is imported"),
    test("B403", "import_pickle", S::Low, C::High, "A module that reads pickles is imported"),
    test("B404", "import_subprocess", S::Low, C::High, "subprocess is imported"),
    test("B405", "import_xml_etree", S::Low, C::High, "xml.etree is imported"),
    test("B406", "import_xml_sax", S::Low, C::High, "xml.sax is imported"),
    test("B407", "import_xml_expat", S::Low, C::High, "xml.dom.expatbuilder is imported"),
    test("B408", "import_xml_minidom", S::Low, C::High, "xml.dom.minidom is imported"),
    test("B409", "import_xml_pulldom", S::Low, C::High, "xml.dom.pulldom is imported"),
    test("B411", "import_xmlrpclib", S::High, C::High, "xmlrpc is imported"),
    test("B412", "import_httpoxy", S::High, C::High, "A CGI handler is imported"),
    test("B413", "import_pycrypto", S::High, C::High, "pycrypto is imported"),
    test("B415", "import_pyghmi", S::High, C::High, "pyghmi is imported"),
    test(
        "B501",
        "request_with_no_cert_validation",
        S::High,
        C::High,
        "A request checks no certificate",
    ),
    test("B502", "ssl_with_bad_version", S::High, C::High, "A broken version of TLS is chosen"),
    test(
        "B503",
        "ssl_with_bad_defaults",
        S::Medium,
        C::Medium,
        "A broken version of TLS is a default",
    ),
    test("B504", "ssl_with_no_version", S::Low, C::Medium, "No version of TLS is chosen"),
    test("B505", "weak_cryptographic_key", S::High, C::High, "A key is too short"),
    test("B506", "yaml_load", S::Medium, C::High, "yaml.load may build any object"),
    test("B507", "ssh_no_host_key_verification", S::High, C::Medium, "Any host key is taken"),
    test(
        "B508",
        "snmp_insecure_version_check",
        S::Medium,
        C::High,
        "SNMP is used in an old version",
    ),
    test("B509", "snmp_crypto_check", S::Medium, C::High, "SNMP is not encrypted"),
    test("B601", "paramiko_calls", S::Medium, C::Medium, "A command is run over SSH"),
    test(
        "B602",
        "subprocess_popen_with_shell_equals_true",
        S::High,
        C::High,
        "A subprocess runs in a shell",
    ),
    test(
        "B603",
        "subprocess_without_shell_equals_true",
        S::Low,
        C::High,
        "A subprocess is started",
    ),
    test(
        "B604",
        "any_other_function_with_shell_equals_true",
        S::Medium,
        C::Low,
        "A function is called with shell=True",
    ),
    test("B605", "start_process_with_a_shell", S::High, C::High, "A process is started in a shell"),
    test("B606", "start_process_with_no_shell", S::Low, C::Medium, "A process is started"),
    test(
        "B607",
        "start_process_with_partial_path",
        S::Low,
        C::High,
        "A program is found through PATH",
    ),
    test("B608", "hardcoded_sql_expressions", S::Medium, C::Low, "A query may be built from text"),
    test(
        "B609",
        "linux_commands_wildcard_injection",
        S::High,
        C::Medium,
        "A command has a wildcard",
    ),
    test(
        "B610",
        "django_extra_used",
        S::Medium,
        C::Medium,
        "extra is given SQL that is not constant",
    ),
    test(
        "B611",
        "django_rawsql_used",
        S::Medium,
        C::Medium,
        "RawSQL is given SQL that is not constant",
    ),
    test(
        "B612",
        "logging_config_insecure_listen",
        S::Medium,
        C::High,
        "Logging takes its configuration from a socket",
    ),
    test("B613", "trojansource", S::High, C::Medium, "The text changes its direction"),
    test("B614", "pytorch_load", S::Medium, C::High, "torch.load may build any object"),
    test(
        "B615",
        "huggingface_unsafe_download",
        S::Medium,
        C::High,
        "A model is fetched in no fixed revision",
    ),
    test("B701", "jinja2_autoescape_false", S::High, C::High, "Jinja does not escape"),
    test("B702", "use_of_mako_templates", S::Medium, C::High, "Mako does not escape"),
    test("B703", "django_mark_safe", S::Medium, C::High, "What is marked as safe is not constant"),
    test(
        "B704",
        "markupsafe_markup_xss",
        S::Medium,
        C::High,
        "What is marked as safe is not constant",
    ),
];

/// The test with this id, or this other name.
pub(super) fn named(name: &str) -> Option<&'static Test> {
    TESTS.iter().find(|test| test.id == name || test.name == name)
}

/// Calls that are blacklisted by the name alone.
pub(super) const CALLS: &[(&str, &[&str])] = &[
    (
        "B301",
        &[
            "pickle.loads",
            "pickle.load",
            "pickle.Unpickler",
            "dill.loads",
            "dill.load",
            "dill.Unpickler",
            "shelve.open",
            "shelve.DbfilenameShelf",
            "jsonpickle.decode",
            "jsonpickle.unpickler.decode",
            "jsonpickle.unpickler.Unpickler",
            "pandas.read_pickle",
        ],
    ),
    ("B302", &["marshal.load", "marshal.loads"]),
    (
        "B303",
        &[
            "Crypto.Hash.MD2.new",
            "Crypto.Hash.MD4.new",
            "Crypto.Hash.MD5.new",
            "Crypto.Hash.SHA.new",
            "Cryptodome.Hash.MD2.new",
            "Cryptodome.Hash.MD4.new",
            "Cryptodome.Hash.MD5.new",
            "Cryptodome.Hash.SHA.new",
            "cryptography.hazmat.primitives.hashes.MD5",
            "cryptography.hazmat.primitives.hashes.SHA1",
        ],
    ),
    (
        "B304",
        &[
            "Crypto.Cipher.ARC2.new",
            "Crypto.Cipher.ARC4.new",
            "Crypto.Cipher.Blowfish.new",
            "Crypto.Cipher.DES.new",
            "Crypto.Cipher.XOR.new",
            "Cryptodome.Cipher.ARC2.new",
            "Cryptodome.Cipher.ARC4.new",
            "Cryptodome.Cipher.Blowfish.new",
            "Cryptodome.Cipher.DES.new",
            "Cryptodome.Cipher.XOR.new",
            "cryptography.hazmat.primitives.ciphers.algorithms.ARC4",
            "cryptography.hazmat.primitives.ciphers.algorithms.Blowfish",
            "cryptography.hazmat.primitives.ciphers.algorithms.CAST5",
            "cryptography.hazmat.primitives.ciphers.algorithms.IDEA",
            "cryptography.hazmat.primitives.ciphers.algorithms.SEED",
            "cryptography.hazmat.primitives.ciphers.algorithms.TripleDES",
        ],
    ),
    ("B305", &["cryptography.hazmat.primitives.ciphers.modes.ECB"]),
    ("B306", &["tempfile.mktemp"]),
    ("B307", &["eval"]),
    ("B308", &["django.utils.safestring.mark_safe"]),
    (
        "B310",
        &[
            "urllib.request.urlopen",
            "urllib.request.urlretrieve",
            "urllib.request.URLopener",
            "urllib.request.FancyURLopener",
            "six.moves.urllib.request.urlopen",
            "six.moves.urllib.request.urlretrieve",
            "six.moves.urllib.request.URLopener",
            "six.moves.urllib.request.FancyURLopener",
        ],
    ),
    (
        "B311",
        &[
            "random.Random",
            "random.random",
            "random.randrange",
            "random.randint",
            "random.choice",
            "random.choices",
            "random.uniform",
            "random.triangular",
            "random.randbytes",
            "random.sample",
            "random.getrandbits",
        ],
    ),
    ("B312", &["telnetlib.Telnet"]),
    (
        "B313",
        &[
            "xml.etree.cElementTree.parse",
            "xml.etree.cElementTree.iterparse",
            "xml.etree.cElementTree.fromstring",
            "xml.etree.cElementTree.XMLParser",
        ],
    ),
    (
        "B314",
        &[
            "xml.etree.ElementTree.parse",
            "xml.etree.ElementTree.iterparse",
            "xml.etree.ElementTree.fromstring",
            "xml.etree.ElementTree.XMLParser",
        ],
    ),
    ("B315", &["xml.sax.expatreader.create_parser"]),
    ("B316", &["xml.dom.expatbuilder.parse", "xml.dom.expatbuilder.parseString"]),
    ("B317", &["xml.sax.parse", "xml.sax.parseString", "xml.sax.make_parser"]),
    ("B318", &["xml.dom.minidom.parse", "xml.dom.minidom.parseString"]),
    ("B319", &["xml.dom.pulldom.parse", "xml.dom.pulldom.parseString"]),
    ("B321", &["ftplib.FTP"]),
    ("B323", &["ssl._create_unverified_context"]),
];

/// Modules that are blacklisted: a name that begins so is enough in an import statement.
pub(super) const IMPORTS: &[(&str, &[&str])] = &[
    ("B401", &["telnetlib"]),
    ("B402", &["ftplib"]),
    ("B403", &["pickle", "cPickle", "dill", "shelve"]),
    ("B404", &["subprocess"]),
    ("B405", &["xml.etree.cElementTree", "xml.etree.ElementTree"]),
    ("B406", &["xml.sax"]),
    ("B407", &["xml.dom.expatbuilder"]),
    ("B408", &["xml.dom.minidom"]),
    ("B409", &["xml.dom.pulldom"]),
    ("B411", &["xmlrpc"]),
    (
        "B412",
        &[
            "wsgiref.handlers.CGIHandler",
            "twisted.web.twcgi.CGIScript",
            "twisted.web.twcgi.CGIDirectory",
        ],
    ),
    (
        "B413",
        &[
            "Crypto.Cipher",
            "Crypto.Hash",
            "Crypto.IO",
            "Crypto.Protocol",
            "Crypto.PublicKey",
            "Crypto.Random",
            "Crypto.Signature",
            "Crypto.Util",
        ],
    ),
    ("B415", &["pyghmi"]),
];

/// Whether a test is one of the lists of names.
pub(super) fn is_blacklist(id: &str) -> bool {
    CALLS.iter().chain(IMPORTS).any(|(listed, _)| *listed == id)
}

/// Starts a process, and takes `shell`.
pub(super) const SUBPROCESS: &[&str] = &[
    "subprocess.Popen",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.run",
];

/// Starts a shell.
pub(super) const SHELL: &[&str] = &[
    "os.system",
    "os.popen",
    "os.popen2",
    "os.popen3",
    "os.popen4",
    "popen2.popen2",
    "popen2.popen3",
    "popen2.popen4",
    "popen2.Popen3",
    "popen2.Popen4",
    "commands.getoutput",
    "commands.getstatusoutput",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
];

/// Starts a program without a shell.
pub(super) const NO_SHELL: &[&str] = &[
    "os.execl",
    "os.execle",
    "os.execlp",
    "os.execlpe",
    "os.execv",
    "os.execve",
    "os.execvp",
    "os.execvpe",
    "os.spawnl",
    "os.spawnle",
    "os.spawnlp",
    "os.spawnlpe",
    "os.spawnv",
    "os.spawnve",
    "os.spawnvp",
    "os.spawnvpe",
    "os.startfile",
];

/// Versions of TLS that are broken.
pub(super) const BAD_TLS: &[&str] = &[
    "PROTOCOL_SSLv2",
    "SSLv2_METHOD",
    "SSLv23_METHOD",
    "PROTOCOL_SSLv3",
    "PROTOCOL_TLSv1",
    "SSLv3_METHOD",
    "TLSv1_METHOD",
    "PROTOCOL_TLSv1_1",
    "TLSv1_1_METHOD",
];

/// Curves and the bits of their keys.
pub(super) const CURVES: &[(&str, i64)] = &[
    ("SECT571K1", 571),
    ("SECT571R1", 570),
    ("SECP521R1", 521),
    ("BrainpoolP512R1", 512),
    ("SECT409K1", 409),
    ("SECT409R1", 409),
    ("BrainpoolP384R1", 384),
    ("SECP384R1", 384),
    ("SECT283K1", 283),
    ("SECT283R1", 283),
    ("BrainpoolP256R1", 256),
    ("SECP256K1", 256),
    ("SECP256R1", 256),
    ("SECT233K1", 233),
    ("SECT233R1", 233),
    ("SECP224R1", 224),
    ("SECP192R1", 192),
    ("SECT163K1", 163),
    ("SECT163R2", 163),
];
