//! The colour profile of a picture: what its numbers mean as colours, without what else profiles hold.

/// What colours are computed with, after the ICC specification.
const NEEDED: [[u8; 4]; 6] = [*b"rXYZ", *b"gXYZ", *b"bXYZ", *b"rTRC", *b"gTRC", *b"bTRC"];
/// Some programs refuse a profile without its name and its copyright.
const ALSO: [[u8; 4]; 4] = [*b"wtpt", *b"chad", *b"desc", *b"cprt"];
/// A curve of 4096 steps has half of that.
const LONGEST_TAG: usize = 16 * 1024;
const HEADER: usize = 128;

/// The part of an ICC profile of red, green and blue that goes into results, if it has one. The serial number
/// of a screen and anything else that was put into it stay behind.
pub(super) fn essence(profile: &[u8]) -> Option<Vec<u8>> {
    let header = header(profile)?;
    let found = |name: [u8; 4]| Some((name, tag(profile, name)?));
    let mut tags = NEEDED.into_iter().map(found).collect::<Option<Vec<_>>>()?;
    tags.extend(ALSO.into_iter().filter_map(found));
    written(&header, &tags)
}

/// Without the maker of a device, and without the sum over what the profile was.
fn header(profile: &[u8]) -> Option<[u8; HEADER]> {
    let mut header = *profile.first_chunk::<HEADER>()?;
    if header[16..24] != *b"RGB XYZ " || header[36..40] != *b"acsp" {
        return None;
    }
    header[48..56].fill(0);
    header[80..].fill(0);
    Some(header)
}

fn tag(profile: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    let count = number(profile, HEADER)?;
    let mut entries = profile.get(HEADER + 4..)?.chunks_exact(12).take(count);
    let entry = entries.find(|entry| entry[..4] == name)?;
    let (start, length) = (number(entry, 4)?, number(entry, 8)?);
    let content = profile.get(start..start.checked_add(length)?)?;
    (content.len() <= LONGEST_TAG).then_some(content)
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_be_bytes(*four)).ok()
}

fn written(header: &[u8], tags: &[([u8; 4], &[u8])]) -> Option<Vec<u8>> {
    let mut table = u32::try_from(tags.len()).ok()?.to_be_bytes().to_vec();
    let mut contents: Vec<u8> = Vec::new();
    let first = HEADER + 4 + 12 * tags.len();
    for &(name, content) in tags {
        let start = u32::try_from(first + contents.len()).ok()?.to_be_bytes();
        let length = u32::try_from(content.len()).ok()?.to_be_bytes();
        table.extend_from_slice([name, start, length].as_flattened());
        contents.extend_from_slice(content);
        // Each tag begins at a multiple of four.
        contents.resize(contents.len().next_multiple_of(4), 0);
    }
    let mut profile = [header, &table, &contents].concat();
    let size = u32::try_from(profile.len()).ok()?.to_be_bytes();
    profile[..4].copy_from_slice(&size);
    Some(profile)
}
