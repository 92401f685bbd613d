//! What the project is configured to do.

pub mod allowed_hosts_empty;
pub mod content_type_sniffing;
pub mod csp_nonce_not_in_templates;
pub mod csp_setting_invalid;
pub mod csrf_cookie_insecure;
pub mod csrf_failure_view_broken;
pub mod csrf_middleware_missing;
pub mod debug_in_production;
pub mod debug_server;
pub mod frame_protection_missing;
pub mod frame_protection_weak;
pub mod hardcoded_secret_key;
pub mod hsts_off;
pub mod hsts_without_preload;
pub mod hsts_without_subdomains;
pub mod https_redirect_off;
pub mod logging_config_from_socket;
mod modules;
pub mod opener_policy_invalid;
pub mod referrer_policy_invalid;
pub mod referrer_policy_missing;
pub mod security_middleware_missing;
pub mod session_cookie_insecure;
pub mod session_cookie_readable_by_scripts;
pub mod weak_hashing_default;
pub mod weak_secret_key;
