//! All rules, by family and name.

use crate::Rule;
use crate::access::{
    assertion_as_guard, bound_to_all_interfaces, cookie_without_flags, cors_open_to_all,
    csrf_exempt_view, swallowed_exception,
};
use crate::crypto::{
    cleartext_protocol, cleartext_url, credential_logged, hardcoded_password, jwt_not_verified,
    predictable_random, secret_compared_with_equals, short_key, tls_verification_off,
    unencrypted_snmp, unknown_host_accepted, weak_cipher, weak_hash, weak_tls_version,
};
use crate::denial::request_without_timeout;
use crate::deployment::{
    base_image_not_pinned, ci_action_not_pinned, ci_script_injection, container_runs_as_root,
    database_port_published, debug_in_deployment, development_server_in_deployment,
    media_served_as_pages, nginx_alias_traversal, nginx_host_unchecked, secret_in_image,
    untrusted_code_with_secrets,
};
use crate::files::{
    archive_unpacked_anywhere, bidirectional_text, hazardous_import, insecure_temp_file,
    permissive_file_mode, predictable_temp_path, unpinned_model, unsafe_deserialization,
    xml_with_entities,
};
use crate::injection::{
    code_from_text, html_marked_safe, import_chosen_outside, jinja_autoescape_off,
    mako_without_escaping, program_chosen_outside, program_found_through_path,
    shell_command_built_from_text, sql_built_from_text, url_of_any_scheme, wildcard_in_command,
};
use crate::secrets::{
    credential_in_text, password_in_url, private_key_in_tree, provider_key_in_text,
    tracked_env_file,
};
use crate::settings::{
    debug_in_production, debug_server, hardcoded_secret_key, logging_config_from_socket,
};
use crate::suppression::{
    expired_suppression, suppression_of_unknown_rule, suppression_without_reason,
    unused_suppression,
};

/// Every rule there is. A test compares the list with the folders and the pages.
pub static RULES: &[&Rule] = &[
    &code_from_text::RULE,
    &html_marked_safe::RULE,
    &import_chosen_outside::RULE,
    &jinja_autoescape_off::RULE,
    &mako_without_escaping::RULE,
    &program_chosen_outside::RULE,
    &program_found_through_path::RULE,
    &shell_command_built_from_text::RULE,
    &sql_built_from_text::RULE,
    &url_of_any_scheme::RULE,
    &wildcard_in_command::RULE,
    &assertion_as_guard::RULE,
    &bound_to_all_interfaces::RULE,
    &cookie_without_flags::RULE,
    &cors_open_to_all::RULE,
    &csrf_exempt_view::RULE,
    &swallowed_exception::RULE,
    &debug_in_production::RULE,
    &debug_server::RULE,
    &hardcoded_secret_key::RULE,
    &logging_config_from_socket::RULE,
    &cleartext_protocol::RULE,
    &cleartext_url::RULE,
    &credential_logged::RULE,
    &hardcoded_password::RULE,
    &jwt_not_verified::RULE,
    &predictable_random::RULE,
    &secret_compared_with_equals::RULE,
    &short_key::RULE,
    &tls_verification_off::RULE,
    &unencrypted_snmp::RULE,
    &unknown_host_accepted::RULE,
    &weak_cipher::RULE,
    &weak_hash::RULE,
    &weak_tls_version::RULE,
    &archive_unpacked_anywhere::RULE,
    &bidirectional_text::RULE,
    &hazardous_import::RULE,
    &insecure_temp_file::RULE,
    &permissive_file_mode::RULE,
    &predictable_temp_path::RULE,
    &unpinned_model::RULE,
    &unsafe_deserialization::RULE,
    &xml_with_entities::RULE,
    &request_without_timeout::RULE,
    &credential_in_text::RULE,
    &password_in_url::RULE,
    &private_key_in_tree::RULE,
    &provider_key_in_text::RULE,
    &tracked_env_file::RULE,
    &base_image_not_pinned::RULE,
    &ci_action_not_pinned::RULE,
    &ci_script_injection::RULE,
    &container_runs_as_root::RULE,
    &database_port_published::RULE,
    &debug_in_deployment::RULE,
    &development_server_in_deployment::RULE,
    &media_served_as_pages::RULE,
    &nginx_alias_traversal::RULE,
    &nginx_host_unchecked::RULE,
    &secret_in_image::RULE,
    &untrusted_code_with_secrets::RULE,
    &expired_suppression::RULE,
    &suppression_of_unknown_rule::RULE,
    &suppression_without_reason::RULE,
    &unused_suppression::RULE,
];
