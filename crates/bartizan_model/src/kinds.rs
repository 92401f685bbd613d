//! The kinds of `models/kinds.toml` as constants. Written by a test.

use crate::kind::{Kind, Of, Row};

/// Text that a database runs as a statement, or puts into one as it stands.
pub const SQL_TEXT: Kind = Kind(0);

/// Names of fields and lookups, as with `**` given: who chooses them reads other tables too.
pub const ORM_LOOKUP: Kind = Kind(1);

/// Fields to be stored, as with `**` given: who chooses their names sets any field.
pub const ORM_VALUES: Kind = Kind(2);

/// Text that a shell reads, here or on another machine.
pub const SHELL_COMMAND: Kind = Kind(3);

/// The program that is started, or its list of arguments, without a shell in between.
pub const PROGRAM: Kind = Kind(4);

/// Text that is marked as safe HTML: no template escapes it any more.
pub const HTML_TEXT: Kind = Kind(5);

/// The body of a response that a browser may show as HTML.
pub const HTML_BODY: Kind = Kind(6);

/// The source of a template: who writes it reads objects, and in some engines runs code.
pub const TEMPLATE_TEXT: Kind = Kind(7);

/// Text that Python compiles, runs, or imports by name.
pub const CODE_TEXT: Kind = Kind(8);

/// Data from which objects are rebuilt by running what the data names.
pub const DESERIALIZED: Kind = Kind(9);

/// The argument that decides whether a template escapes; applies where it does not.
pub const AUTOESCAPE: Kind = Kind(10);

/// The argument that bounds the wait; applies where there is no bound.
pub const TIMEOUT: Kind = Kind(11);

/// What decides whether the other side's certificate is checked; applies where it is not.
pub const TLS_VERIFICATION: Kind = Kind(12);

/// What decides whether the certificate must name the host; applies where it need not.
pub const TLS_HOSTNAME_CHECK: Kind = Kind(13);

/// The protocol of a protected connection; applies where a broken one is chosen.
pub const TLS_VERSION: Kind = Kind(14);

/// The URL or host that a request goes to.
pub const NETWORK_ADDRESS: Kind = Kind(15);

/// A call that waits for an answer from the network.
pub const NETWORK_REQUEST: Kind = Kind(16);

/// A digest with a known way to collisions.
pub const WEAK_HASH: Kind = Kind(17);

/// A cipher, or a mode of one, that no longer hides its content.
pub const WEAK_CIPHER: Kind = Kind(18);

/// Makes a name for a temporary file without making the file, so that another may make it.
pub const TEMP_PATH: Kind = Kind(19);

/// A secret that signs or encrypts: it may not stand in the code.
pub const SECRET_KEY: Kind = Kind(20);

/// The address that the browser is sent to.
pub const REDIRECT_TARGET: Kind = Kind(21);

/// What to do with an unknown host key; applies where it is accepted.
pub const SSH_HOST_KEY_POLICY: Kind = Kind(22);

/// A value that whoever sends the request chooses.
pub const REMOTE: Kind = Kind(23);

/// A value that stands in the project's own code, such as the name of a table.
pub const FROM_CODE: Kind = Kind(24);

/// What the function returns, or the class prints, is taken for safe HTML.
pub const RETURNS_HTML_TEXT: Kind = Kind(25);

/// No CSRF token is asked for.
pub const CSRF_EXEMPT: Kind = Kind(26);

/// A CSRF token is asked for, whatever the middleware.
pub const CSRF_PROTECT: Kind = Kind(27);

/// Only someone who is logged in gets in.
pub const LOGIN_REQUIRED: Kind = Kind(28);

/// Everyone gets in, although the middleware asks for a login.
pub const LOGIN_NOT_REQUIRED: Kind = Kind(29);

/// Only someone who passes a test or holds a permission gets in.
pub const PERMISSION_REQUIRED: Kind = Kind(30);

/// Only someone who holds a permission on the row that is asked for gets in.
pub const OBJECT_PERMISSION_REQUIRED: Kind = Kind(31);

/// Only staff gets in.
pub const STAFF_REQUIRED: Kind = Kind(32);

/// Only some HTTP methods get in.
pub const METHODS_LIMITED: Kind = Kind(33);

/// Any site may show the page in a frame.
pub const FRAME_EXEMPT: Kind = Kind(34);

/// The page has a content security policy of its own, or none.
pub const CSP_OVERRIDE: Kind = Kind(35);

/// No cache keeps the response.
pub const NEVER_CACHED: Kind = Kind(36);

/// A cache shared by all visitors may keep the response.
pub const CACHED: Kind = Kind(37);

/// Runs inside one database transaction.
pub const ATOMIC: Kind = Kind(38);

/// The name by which Python imports a module, takes something out of one, or finds a command.
pub const IMPORT_NAME: Kind = Kind(39);

/// Tells whether a signature, a token or a password is right: only who knows a secret passes.
pub const AUTHENTICITY_CHECK: Kind = Kind(40);

/// A value that whoever runs the site chooses, or the machine: a folder, an answer at the terminal.
pub const FROM_OPERATOR: Kind = Kind(41);

/// Who may read, write and run a file or folder, as a number.
pub const FILE_MODE: Kind = Kind(42);

/// The address on which a server waits for callers.
pub const LISTEN_ADDRESS: Kind = Kind(43);

/// What turns on a debugger that visitors reach; applies where it is on.
pub const DEBUG_SERVER: Kind = Kind(44);

/// What decides where the members of an archive may go; applies where they go anywhere.
pub const ARCHIVE_FILTER: Kind = Kind(45);

/// A URL that is opened whatever its scheme: files of the machine too.
pub const ANY_SCHEME_URL: Kind = Kind(46);

/// Chance that whoever sees some of it can continue.
pub const PREDICTABLE_RANDOM: Kind = Kind(47);

/// A connection on which passwords travel as they are.
pub const CLEARTEXT_PROTOCOL: Kind = Kind(48);

/// XML for a parser that expands the entities it declares.
pub const XML_TEXT: Kind = Kind(49);

/// What decides whether a parser of XML fetches what entities name; applies where it does.
pub const XML_ENTITIES: Kind = Kind(50);

/// How many bits a new key has.
pub const KEY_SIZE: Kind = Kind(51);

/// An elliptic curve that gives less than 112 bits of security.
pub const SHORT_CURVE: Kind = Kind(52);

/// Access to a device over a protocol that encrypts nothing.
pub const UNENCRYPTED_MANAGEMENT: Kind = Kind(53);

/// What checks a configuration that comes over a socket; applies where nothing does.
pub const CONFIG_LISTENER: Kind = Kind(54);

/// Which version of a published model is fetched, and run.
pub const MODEL_REVISION: Kind = Kind(55);

/// What is checked of a signed token.
pub const TOKEN_OPTIONS: Kind = Kind(56);

/// Whether a token's signature is checked; applies where it is not.
pub const TOKEN_VERIFICATION: Kind = Kind(57);

/// The algorithms by which a token may be signed; applies where the token may choose.
pub const TOKEN_ALGORITHMS: Kind = Kind(58);

/// A digest that only who knows a key can make.
pub const SECRET_DIGEST: Kind = Kind(59);

/// Sets a cookie, with the flags that it is given.
pub const COOKIE: Kind = Kind(60);

/// What is written to a log.
pub const LOG_TEXT: Kind = Kind(61);

/// Only someone who has taken a step before this one gets in: a password given, a code asked for.
pub const STEP_REQUIRED: Kind = Kind(62);

#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    Row { name: "sql-text", of: &[Of::Argument], means: "Text that a database runs as a statement, or puts into one as it stands." },
    Row { name: "orm-lookup", of: &[Of::Argument], means: "Names of fields and lookups, as with `**` given: who chooses them reads other tables too." },
    Row { name: "orm-values", of: &[Of::Argument], means: "Fields to be stored, as with `**` given: who chooses their names sets any field." },
    Row { name: "shell-command", of: &[Of::Argument], means: "Text that a shell reads, here or on another machine." },
    Row { name: "program", of: &[Of::Argument], means: "The program that is started, or its list of arguments, without a shell in between." },
    Row { name: "html-text", of: &[Of::Argument], means: "Text that is marked as safe HTML: no template escapes it any more." },
    Row { name: "html-body", of: &[Of::Argument], means: "The body of a response that a browser may show as HTML." },
    Row { name: "template-text", of: &[Of::Argument], means: "The source of a template: who writes it reads objects, and in some engines runs code." },
    Row { name: "code-text", of: &[Of::Argument], means: "Text that Python compiles, runs, or imports by name." },
    Row { name: "deserialized", of: &[Of::Argument], means: "Data from which objects are rebuilt by running what the data names." },
    Row { name: "autoescape", of: &[Of::Argument], means: "The argument that decides whether a template escapes; applies where it does not." },
    Row { name: "timeout", of: &[Of::Argument], means: "The argument that bounds the wait; applies where there is no bound." },
    Row { name: "tls-verification", of: &[Of::Argument, Of::Call], means: "What decides whether the other side's certificate is checked; applies where it is not." },
    Row { name: "tls-hostname-check", of: &[Of::Argument], means: "What decides whether the certificate must name the host; applies where it need not." },
    Row { name: "tls-version", of: &[Of::Argument, Of::Call], means: "The protocol of a protected connection; applies where a broken one is chosen." },
    Row { name: "network-address", of: &[Of::Argument], means: "The URL or host that a request goes to." },
    Row { name: "network-request", of: &[Of::Call], means: "A call that waits for an answer from the network." },
    Row { name: "weak-hash", of: &[Of::Call], means: "A digest with a known way to collisions." },
    Row { name: "weak-cipher", of: &[Of::Call], means: "A cipher, or a mode of one, that no longer hides its content." },
    Row { name: "temp-path", of: &[Of::Call], means: "Makes a name for a temporary file without making the file, so that another may make it." },
    Row { name: "secret-key", of: &[Of::Argument, Of::Value], means: "A secret that signs or encrypts: it may not stand in the code." },
    Row { name: "redirect-target", of: &[Of::Argument], means: "The address that the browser is sent to." },
    Row { name: "ssh-host-key-policy", of: &[Of::Argument], means: "What to do with an unknown host key; applies where it is accepted." },
    Row { name: "remote", of: &[Of::Call, Of::Value], means: "A value that whoever sends the request chooses." },
    Row { name: "from-code", of: &[Of::Call, Of::Value], means: "A value that stands in the project's own code, such as the name of a table." },
    Row { name: "returns-html-text", of: &[Of::Decorator], means: "What the function returns, or the class prints, is taken for safe HTML." },
    Row { name: "csrf-exempt", of: &[Of::Decorator], means: "No CSRF token is asked for." },
    Row { name: "csrf-protect", of: &[Of::Decorator], means: "A CSRF token is asked for, whatever the middleware." },
    Row { name: "login-required", of: &[Of::Decorator], means: "Only someone who is logged in gets in." },
    Row { name: "login-not-required", of: &[Of::Decorator], means: "Everyone gets in, although the middleware asks for a login." },
    Row { name: "permission-required", of: &[Of::Decorator], means: "Only someone who passes a test or holds a permission gets in." },
    Row { name: "object-permission-required", of: &[Of::Decorator], means: "Only someone who holds a permission on the row that is asked for gets in." },
    Row { name: "staff-required", of: &[Of::Decorator], means: "Only staff gets in." },
    Row { name: "methods-limited", of: &[Of::Decorator], means: "Only some HTTP methods get in." },
    Row { name: "frame-exempt", of: &[Of::Decorator], means: "Any site may show the page in a frame." },
    Row { name: "csp-override", of: &[Of::Decorator], means: "The page has a content security policy of its own, or none." },
    Row { name: "never-cached", of: &[Of::Decorator], means: "No cache keeps the response." },
    Row { name: "cached", of: &[Of::Decorator], means: "A cache shared by all visitors may keep the response." },
    Row { name: "atomic", of: &[Of::Decorator, Of::Call], means: "Runs inside one database transaction." },
    Row { name: "import-name", of: &[Of::Argument], means: "The name by which Python imports a module, takes something out of one, or finds a command." },
    Row { name: "authenticity-check", of: &[Of::Call], means: "Tells whether a signature, a token or a password is right: only who knows a secret passes." },
    Row { name: "from-operator", of: &[Of::Call, Of::Value], means: "A value that whoever runs the site chooses, or the machine: a folder, an answer at the terminal." },
    Row { name: "file-mode", of: &[Of::Argument], means: "Who may read, write and run a file or folder, as a number." },
    Row { name: "listen-address", of: &[Of::Argument], means: "The address on which a server waits for callers." },
    Row { name: "debug-server", of: &[Of::Argument], means: "What turns on a debugger that visitors reach; applies where it is on." },
    Row { name: "archive-filter", of: &[Of::Argument], means: "What decides where the members of an archive may go; applies where they go anywhere." },
    Row { name: "any-scheme-url", of: &[Of::Argument], means: "A URL that is opened whatever its scheme: files of the machine too." },
    Row { name: "predictable-random", of: &[Of::Call], means: "Chance that whoever sees some of it can continue." },
    Row { name: "cleartext-protocol", of: &[Of::Call], means: "A connection on which passwords travel as they are." },
    Row { name: "xml-text", of: &[Of::Argument], means: "XML for a parser that expands the entities it declares." },
    Row { name: "xml-entities", of: &[Of::Argument], means: "What decides whether a parser of XML fetches what entities name; applies where it does." },
    Row { name: "key-size", of: &[Of::Argument], means: "How many bits a new key has." },
    Row { name: "short-curve", of: &[Of::Call], means: "An elliptic curve that gives less than 112 bits of security." },
    Row { name: "unencrypted-management", of: &[Of::Call], means: "Access to a device over a protocol that encrypts nothing." },
    Row { name: "config-listener", of: &[Of::Argument], means: "What checks a configuration that comes over a socket; applies where nothing does." },
    Row { name: "model-revision", of: &[Of::Argument], means: "Which version of a published model is fetched, and run." },
    Row { name: "token-options", of: &[Of::Argument], means: "What is checked of a signed token." },
    Row { name: "token-verification", of: &[Of::Argument], means: "Whether a token's signature is checked; applies where it is not." },
    Row { name: "token-algorithms", of: &[Of::Argument], means: "The algorithms by which a token may be signed; applies where the token may choose." },
    Row { name: "secret-digest", of: &[Of::Call], means: "A digest that only who knows a key can make." },
    Row { name: "cookie", of: &[Of::Call], means: "Sets a cookie, with the flags that it is given." },
    Row { name: "log-text", of: &[Of::Argument], means: "What is written to a log." },
    Row { name: "step-required", of: &[Of::Decorator], means: "Only someone who has taken a step before this one gets in: a password given, a code asked for." },
];
