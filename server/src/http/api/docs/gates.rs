//! Human gates that can be copied and run.

use leptos::prelude::*;

/// Where the section is, for the table of contents.
pub(super) const PLACE: &str = "gate";

struct Gate {
    language: &'static str,
    /// How it is run, in words.
    how: &'static str,
    run: &'static str,
    text: &'static str,
}

const GATES: [Gate; 3] = [
    Gate {
        language: "Shell",
        how: "Save it as gate.sh and run it:",
        run: "COUNTERSIGN_URL=https://… COUNTERSIGN_KEY=csk_… sh gate.sh",
        text: include_str!("../../docs/gates/gate.sh"),
    },
    Gate {
        language: "Python",
        how: "Save it as gate.py and run it:",
        run: "COUNTERSIGN_URL=https://… COUNTERSIGN_KEY=csk_… python3 gate.py",
        text: include_str!("../../docs/gates/gate.py"),
    },
    Gate {
        language: "TypeScript",
        how: "Save it as gate.ts and call it where the agent acts, with both in its environment:",
        run: "await gated(\"send_email\", { to: \"ana@example.org\" }, send)",
        text: include_str!("../../docs/gates/gate.ts"),
    },
];

pub(super) fn section() -> impl IntoView {
    view! {
        <section aria-labelledby=PLACE>
            <h2 id=PLACE>"A human gate"</h2>
            <p>
                "An agent that does something itself asks first. Make a key for it on the page "
                <a href="/keys">"Keys"</a>"; a person approves, edits or refuses the exact arguments in the browser. "
                "The gate finds the address of this server in "<code>"COUNTERSIGN_URL"</code>" and the key in "
                <code>"COUNTERSIGN_KEY"</code>", and goes on waiting after a restart or an outage."
            </p>
            {GATES.iter().map(gate).collect_view()}
        </section>
    }
}

fn gate(of: &Gate) -> impl IntoView + use<> {
    view! {
        <h3>{of.language}</h3>
        <p>{of.how}" "<code>{of.run}</code></p>
        <pre class="raw">{of.text}</pre>
    }
}
