//! Whether a JPEG reaches its end marker: the decoder fills what is missing with gray and says nothing.

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

pub(super) fn is_complete(source: &[u8]) -> bool {
    let mut at = 2;
    while let Some((marker, after)) = next_marker(source, at) {
        match marker {
            END => return true,
            // Markers without a length: TEM, restarts, a repeated start.
            0x01 | 0xd0..=0xd8 => at = after,
            _ => {
                let Some(&[high, low]) = source.get(after..after + 2) else { return false };
                at = after + usize::from(u16::from_be_bytes([high, low]));
                if marker == SCAN {
                    at = end_of_scan(source, at);
                }
            }
        }
    }
    false
}

/// The next `ff xx`, skipping fill bytes and stray data as decoders do.
fn next_marker(source: &[u8], from: usize) -> Option<(u8, usize)> {
    let rest = source.get(from..)?;
    let offset =
        rest.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xff))?;
    Some((rest[offset + 1], from + offset + 2))
}

/// Within compressed data only `ff 00` and restart markers occur; anything else ends the scan.
fn end_of_scan(source: &[u8], from: usize) -> usize {
    let rest = source.get(from..).unwrap_or_default();
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xff | 0xd0..=0xd7);
    rest.windows(2).position(ends).map_or(source.len(), |offset| from + offset)
}
