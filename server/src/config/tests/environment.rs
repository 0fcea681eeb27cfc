//! What variables may hold, and which of them are none of the server's.

use super::from_env;

#[test]
fn the_variables_that_agents_are_told_to_set_do_not_keep_a_server_from_starting() {
    let agents = [("COUNTERSIGN_URL", "http://127.0.0.1:3000"), ("COUNTERSIGN_KEY", "csk_0")];

    assert!(from_env(&agents).is_ok());
    for alike in ["COUNTERSIGN_URLS", "COUNTERSIGN_KEY_FILE"] {
        let faults = from_env(&[(alike, "x")]).unwrap_err();
        assert!(faults[0].to_string().contains("is not a setting"), "{alike}: {}", faults[0]);
    }
}

#[test]
fn a_list_in_the_environment_has_commas_or_is_written_as_in_the_file() {
    for list in [
        "127.0.0.1:9000, [::1]:9001",
        r#"["127.0.0.1:9000", "[::1]:9001"]"#,
        "['127.0.0.1:9000', '[::1]:9001']",
    ] {
        let config = from_env(&[("COUNTERSIGN_CALLBACKS_ALLOW", list)]).unwrap();
        assert_eq!(config.callbacks, ["127.0.0.1:9000", "[::1]:9001"], "{list}");
    }
    let alone = from_env(&[("COUNTERSIGN_LINKS_ALLOW", "[::1]:9001")]).unwrap();
    assert_eq!(alone.links, ["[::1]:9001"], "brackets of an address are none of a list");
}

#[test]
fn what_a_fault_of_a_list_says_to_write_is_taken_in_the_environment_too() {
    for key in ["COUNTERSIGN_CALLBACKS_ALLOW", "COUNTERSIGN_LINKS_ALLOW"] {
        let faults = from_env(&[(key, "somewhere")]).unwrap_err();
        let (_, proposed) = faults[0].write.split_once("such as ").unwrap();

        assert!(from_env(&[(key, proposed)]).is_ok(), "{proposed}");
    }
}
