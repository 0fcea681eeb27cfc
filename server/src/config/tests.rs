mod environment;
mod help;
mod site;

use std::{io::Write as _, path::Path};

use super::*;

fn from_env(env: &[(&str, &str)]) -> Result<Config, Vec<Fault>> {
    load(None, env)
}

fn from_file(text: &str) -> Result<Config, Vec<Fault>> {
    let file = written(text);
    load(Some(file.path()), &[])
}

#[test]
fn without_any_setting_everything_has_its_default() {
    let config = from_env(&[]).unwrap();

    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.public_url(config.listen).as_str(), "http://127.0.0.1:3000/");
    assert_eq!(config.data_dir, Path::new("./data"));
    assert_eq!(config.database, None);
    assert_eq!(config.redis, None);
    assert_eq!(config.site_dir, Path::new("target/site"));
    assert_eq!(config.log, Log { format: LogFormat::Pretty, filter: "info".to_owned() });
    assert_eq!(config.files.url.scheme(), "file");
    assert!(config.files.url.path().ends_with("/data/files/"), "{}", config.files.url);
    assert_eq!(
        config.limits,
        Limits { upload_mib: 25, uploads_per_day_mib: 500, database_connections: 20 }
    );
    assert_eq!(
        config.retention,
        Retention { runs_days: None, files_days: None, keep_decisions: true }
    );
    let each = Cap { pending: 30, per_hour: 60 };
    assert_eq!(config.agents, Agents { each, named: BTreeMap::new() });
    assert_eq!(config.test_providers, []);
    assert_eq!(config.trusted_proxies, TrustedProxies::default());
}

#[test]
fn every_key_can_be_set_in_the_file() {
    let config = from_file(
        r#"
        listen = "0.0.0.0:8080"
        public_url = "https://sign.example.org"
        data_dir = "/srv/data"
        database_url = "postgres://mara@db.example.org/countersign"
        redis_url = "rediss://:secret@redis.example.org/1"
        site_dir = "/srv/site"
        test_providers = ["scripted"]
        trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
        [retention]
        runs_days = 30
        files_days = 365
        decisions = "remove"
        [agents]
        pending = 3
        per_hour = 6
        limits = ["mail=er=100/1000"]
        [callbacks]
        allow = ["127.0.0.1:9000", "Hooks.LAN:80", "[FD00::5]:8080"]
        [links]
        allow = ["files.lan:80"]
        [metrics]
        token = "0123456789abcdef0123456789abcdef"
        [log]
        format = "json"
        filter = "warn,server=debug"
        [files]
        url = "s3://bucket/folder"
        [files.options]
        aws_region = "eu-central-1"
        [limits]
        upload_mib = 10
        uploads_per_day_mib = 50
        database_connections = 8
        "#,
    )
    .unwrap();

    assert_eq!(config.listen.to_string(), "0.0.0.0:8080");
    assert_eq!(config.public.as_ref().unwrap().as_str(), "https://sign.example.org/");
    assert_eq!(config.data_dir, Path::new("/srv/data"));
    let database = config.database.as_ref().unwrap();
    assert_eq!(database.as_str(), "postgres://mara@db.example.org/countersign");
    assert_eq!(config.redis.as_ref().unwrap().place(), "redis.example.org:6379");
    assert_eq!(config.site_dir, Path::new("/srv/site"));
    assert_eq!(config.log.format, LogFormat::Json);
    assert_eq!(config.log.filter, "warn,server=debug");
    assert_eq!(config.files.url.as_str(), "s3://bucket/folder");
    assert_eq!(config.files.options["aws_region"], "eu-central-1");
    assert_eq!(
        config.limits,
        Limits { upload_mib: 10, uploads_per_day_mib: 50, database_connections: 8 }
    );
    assert_eq!(config.test_providers, [TestProvider::Scripted]);
    assert_eq!(
        config.retention,
        Retention { runs_days: Some(30), files_days: Some(365), keep_decisions: false }
    );
    let named = [("mail=er".to_owned(), Cap { pending: 100, per_hour: 1000 })].into();
    let each = Cap { pending: 3, per_hour: 6 };
    assert_eq!(config.agents, Agents { each, named });
    assert_eq!(config.callbacks, ["127.0.0.1:9000", "hooks.lan:80", "[fd00::5]:8080"]);
    assert_eq!(config.links, ["files.lan:80"]);
    assert!(config.metrics_token.unwrap().is("0123456789abcdef0123456789abcdef"));
    assert!(config.trusted_proxies.contains("10.1.2.3".parse().unwrap()));
    assert!(!config.trusted_proxies.contains("11.1.2.3".parse().unwrap()));
}

#[test]
fn every_key_can_be_set_in_the_environment() {
    let config = from_env(&[
        ("COUNTERSIGN_LISTEN", "[::1]:8080"),
        ("COUNTERSIGN_PUBLIC_URL", "http://localhost:8080"),
        ("COUNTERSIGN_DATA_DIR", "/srv/data"),
        ("COUNTERSIGN_DATABASE_URL", "postgresql://h:5433/d"),
        ("COUNTERSIGN_SITE_DIR", "/srv/site"),
        ("COUNTERSIGN_LOG_FORMAT", "json"),
        ("COUNTERSIGN_LOG_FILTER", "debug"),
        ("COUNTERSIGN_FILES_URL", "file:///srv/files"),
        ("COUNTERSIGN_FILES_OPTIONS_AWS_REGION", "eu-central-1"),
        ("COUNTERSIGN_LIMITS_UPLOAD_MIB", "10"),
        ("COUNTERSIGN_LIMITS_UPLOADS_PER_DAY_MIB", "50"),
        ("COUNTERSIGN_LIMITS_DATABASE_CONNECTIONS", "8"),
        ("COUNTERSIGN_AGENTS_LIMITS", "mailer = 1/2, crawler=3/4"),
        ("COUNTERSIGN_TEST_PROVIDERS", "scripted"),
        ("COUNTERSIGN_TRUSTED_PROXIES", "::1, fd00::/8"),
    ])
    .unwrap();

    assert_eq!(config.listen.to_string(), "[::1]:8080");
    assert_eq!(config.public_url(config.listen).as_str(), "http://localhost:8080/");
    assert_eq!(config.database.as_ref().unwrap().as_str(), "postgresql://h:5433/d");
    assert_eq!(config.log.format, LogFormat::Json);
    assert_eq!(config.files.options["aws_region"], "eu-central-1");
    assert_eq!(
        config.limits,
        Limits { upload_mib: 10, uploads_per_day_mib: 50, database_connections: 8 }
    );
    assert_eq!(config.test_providers, [TestProvider::Scripted]);
    assert_eq!(config.agents.named["mailer"], Cap { pending: 1, per_hour: 2 });
    assert_eq!(config.agents.named["crawler"], Cap { pending: 3, per_hour: 4 });
    assert!(config.trusted_proxies.contains("fd00::5".parse().unwrap()));
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = written("listen = \"127.0.0.1:1\"\nsite_dir = \"/a\"");

    let config = load(
        Some(file.path()),
        &[("COUNTERSIGN_LISTEN", "127.0.0.1:2"), ("LEPTOS_SITE_ROOT", "/b")],
    )
    .unwrap();

    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.site_dir, Path::new("/a"), "the tools' own variable is only a default");
    let elsewhere = from_env(&[("LEPTOS_SITE_ROOT", "/b")]).unwrap();
    assert_eq!(elsewhere.site_dir, Path::new("/b"));
}

#[test]
fn the_environment_can_name_the_file_too() {
    let file = written("listen = \"127.0.0.1:4\"");

    let config = from_env(&[("COUNTERSIGN_CONFIG", file.path().to_str().unwrap())]).unwrap();

    assert_eq!(config.listen.port(), 4);
}

#[test]
fn all_faults_are_reported_together_with_file_key_and_what_to_write() {
    let file = written(
        "listen = 3000\nlisen = \"x\"\n[log]\nformat = \"xml\"\n[limits]\nupload_mib = \"25\"",
    );

    let faults = load(Some(file.path()), &[("COUNTERSIGN_TRUSTED_PROXIES", "here")]).unwrap_err();

    let name = file.path().display();
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            format!(
                "{name}: `listen` is not an address and a port; write one such as \"127.0.0.1:3000\""
            ),
            format!(
                "{name}: `log.format` is not one of the choices; write \"pretty\" or \"json\""
            ),
            format!(
                "{name}: `limits.upload_mib` is not a number of MiB; write a whole number from 1 to \
                 1048576, without quotes in the file"
            ),
            "environment variable COUNTERSIGN_TRUSTED_PROXIES: `trusted_proxies` has \"here\", which \
             is no address or network; write addresses or networks, such as [\"127.0.0.1\", \
             \"10.0.0.0/8\"]"
                .to_owned(),
            format!(
                "{name}: `lisen` is not a setting; write `listen` if that is meant, or take it out"
            ),
        ]
    );
}

#[test]
fn an_unknown_key_or_variable_is_a_fault_and_the_nearest_known_one_is_suggested() {
    let in_file = from_file("[logs]\nformat = \"json\"").unwrap_err();
    let in_env = from_env(&[("COUNTERSIGN_LISTENS", "127.0.0.1:3")]).unwrap_err();
    let nonsense = from_file("zzz = 1").unwrap_err();

    assert_eq!(in_file[0].key, "logs.format");
    assert!(in_file[0].write.contains("`log.format`"), "{}", in_file[0]);
    assert!(in_env[0].write.contains("`COUNTERSIGN_LISTEN`"), "{}", in_env[0]);
    assert_eq!(nonsense[0].write, "take it out");
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_a_fault_with_its_line() {
    let missing = load(Some(Path::new("/nowhere/countersign.toml")), &[]).unwrap_err();
    let broken = from_file("listen = \"127.0.0.1:3000\"\n[log\n").unwrap_err();

    assert!(missing[0].to_string().contains("/nowhere/countersign.toml: can't be read"));
    assert!(broken[0].to_string().contains("line 2 is not TOML"), "{}", broken[0]);
}

#[test]
fn a_public_address_is_needed_as_soon_as_others_can_reach_the_server() {
    let faults = from_env(&[("COUNTERSIGN_LISTEN", "0.0.0.0:3000")]).unwrap_err();

    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].key, "public_url");
    assert!(faults[0].write.contains("COUNTERSIGN_PUBLIC_URL"));
}

#[test]
fn plain_http_is_only_for_loopback() {
    let public = |url| from_env(&[("COUNTERSIGN_PUBLIC_URL", url)]);

    for fine in
        ["http://localhost:3000", "http://127.0.0.1:3000/", "https://a.example", "http://[::1]"]
    {
        assert!(public(fine).is_ok(), "{fine}");
    }
    for wrong in [
        "http://a.example",
        "http://192.168.1.5",
        "ftp://localhost",
        "https://a.example/path",
        "https://u:p@a.example",
        "https://a.example/?q",
        "a.example",
    ] {
        assert_eq!(public(wrong).unwrap_err()[0].key, "public_url", "{wrong}");
    }
}

#[test]
fn only_files_and_s3_hold_attachments_and_only_scripted_is_a_test_provider() {
    let faults = from_env(&[
        ("COUNTERSIGN_FILES_URL", "gs://bucket"),
        ("COUNTERSIGN_TEST_PROVIDERS", "scripted,other"),
        ("COUNTERSIGN_LOG_FILTER", "server=loud"),
    ])
    .unwrap_err();

    let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(keys, ["log.filter", "files.url", "test_providers"]);
}

#[test]
fn nothing_is_kept_for_no_days() {
    for key in ["RUNS_DAYS", "FILES_DAYS"] {
        for wrong in ["0", "-1", "1.5", "36501", "a week"] {
            let faults = from_env(&[(&format!("COUNTERSIGN_RETENTION_{key}"), wrong)]);
            assert!(faults.unwrap_err()[0].write.contains("leave it out"), "{key} {wrong}");
        }
    }
}

#[test]
fn the_token_of_the_figures_is_long_enough_and_shown_nowhere() {
    let token = |text| from_env(&[("COUNTERSIGN_METRICS_TOKEN", text)]);

    let config = token("hunter2hunter2hunter2hunter2hunter2").unwrap();
    assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
    for wrong in ["hunter2", "hunter2hunter2hunter2hunter2 hunter2"] {
        let fault = &token(wrong).unwrap_err()[0];
        assert_eq!(fault.key, "metrics.token", "{wrong}");
        assert!(!fault.to_string().contains("hunter2"), "{fault}");
    }
}

#[test]
fn the_password_of_the_database_is_shown_nowhere() {
    let config = from_env(&[("COUNTERSIGN_DATABASE_URL", "postgres://mara:hunter2@h/d")]).unwrap();

    assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
    for wrong in
        ["postgres://mara:hunter2@h", "mysql://mara:hunter2@h/d", "postgres://m:hunter2@h:x/d"]
    {
        let fault = &from_env(&[("COUNTERSIGN_DATABASE_URL", wrong)]).unwrap_err()[0];
        assert_eq!(fault.key, "database_url", "{wrong}");
        assert!(!fault.to_string().contains("hunter2"), "{fault}");
        assert!(fault.write.contains("postgres://user:password@host:5432/database"), "{fault}");
    }
}

#[test]
fn the_password_of_redis_is_shown_nowhere() {
    let redis = |url| from_env(&[("COUNTERSIGN_REDIS_URL", url)]);

    for fine in ["redis://:hunter2@h:7000/3", "rediss://mara:hunter2@h"] {
        let config = redis(fine).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
        assert!(!config.redis.unwrap().place().contains("hunter2"));
    }
    for wrong in ["http://:hunter2@h", "redis://:hunter2@h/first", "redis://:hunter2@h:x", "redis:"]
    {
        let fault = &redis(wrong).unwrap_err()[0];
        assert_eq!(fault.key, "redis_url", "{wrong}");
        assert!(!fault.to_string().contains("hunter2"), "{fault}");
    }
}

#[test]
fn an_instance_needs_a_few_connections() {
    for wrong in ["0", "3", "1001", "-5", "many"] {
        let faults = from_env(&[("COUNTERSIGN_LIMITS_DATABASE_CONNECTIONS", wrong)]).unwrap_err();
        assert_eq!(faults[0].key, "limits.database_connections", "{wrong}");
        assert!(faults[0].write.contains("from 4 to 1000"), "{}", faults[0]);
    }
}

#[test]
fn the_command_line_knows_its_options_and_hides_the_worker() {
    use clap::{CommandFactory as _, Parser as _};

    let cli = Cli::try_parse_from(["countersign", "--config", "a.toml"]).unwrap();
    let help = Cli::command().render_long_help().to_string();

    assert_eq!(cli.config.as_deref(), Some(Path::new("a.toml")));
    assert!(help.contains("COUNTERSIGN_LISTEN") && !help.contains("image-worker"), "{help}");
    assert!(Cli::try_parse_from(["countersign", "image-worker"]).unwrap().command.is_some());
}

fn load(file: Option<&Path>, env: &[(&str, &str)]) -> Result<Config, Vec<Fault>> {
    let cli = Cli { config: file.map(Path::to_owned), command: None };
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(&cli, env)
}

fn written(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}
