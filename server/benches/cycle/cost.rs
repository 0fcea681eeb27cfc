//! What a process has used, from `/proc` (proc_pid_stat(5)).

use std::fs;

/// Ticks of the kernel's clock in a second: 100 on every Linux of today (`getconf CLK_TCK`).
const TICKS: f64 = 100.0;

/// CPU time of a process so far, in milliseconds.
pub fn cpu_ms(pid: u32) -> f64 {
    stat(pid).map_or(0.0, |fields| (fields[11] + fields[12]) * 1000.0 / TICKS)
}

/// CPU time of a process, its children and those that it has buried.
pub fn family_cpu_ms(pid: u32) -> f64 {
    let buried = stat(pid).map_or(0.0, |fields| (fields[13] + fields[14]) * 1000.0 / TICKS);
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    let alive = children.split_whitespace().filter_map(|child| child.parse().ok()).map(cpu_ms);
    cpu_ms(pid) + buried + alive.sum::<f64>()
}

pub fn parent(pid: u32) -> u32 {
    stat(pid).unwrap()[1] as u32
}

/// Resident memory in KiB.
pub fn rss_kib(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// The fields from the third (the state, read as 0) on.
fn stat(pid: u32) -> Option<Vec<f64>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    Some(fields.split_whitespace().map(|field| field.parse().unwrap_or_default()).collect())
}
