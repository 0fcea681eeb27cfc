//! What lists, maps and structs are read from.

use serde::{
    Deserializer,
    de::{
        DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
        value::U64Deserializer,
    },
    forward_to_deserialize_any,
};

use super::{Read, Reader, Unreadable};

/// The items of a list or a map, or the fields of a struct.
pub(super) struct Several<'b, 'a> {
    pub reader: &'b mut Reader<'a>,
    /// So many more stand there …
    pub written: usize,
    /// … and so many more are expected.
    pub left: usize,
}

impl<'de> SeqAccess<'de> for Several<'_, '_> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        match self.written.checked_sub(1) {
            Some(written) => {
                self.written = written;
                seed.deserialize(&mut *self.reader).map(Some)
            }
            None => seed.deserialize(Nothing).map(Some),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> MapAccess<'de> for Several<'_, '_> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        seed.deserialize(&mut *self.reader)
    }
}

/// The fields of a struct, each with its place.
pub(super) struct Places<'b, 'a> {
    pub reader: &'b mut Reader<'a>,
    pub next: u64,
    pub count: u64,
}

impl<'de> MapAccess<'de> for Places<'_, '_> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if self.next == self.count {
            return Ok(None);
        }
        let place: U64Deserializer<Unreadable> = self.next.into_deserializer();
        self.next += 1;
        seed.deserialize(place).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        seed.deserialize(&mut *self.reader)
    }
}

/// What stands beside the tag of a variant that has nothing beside it.
struct Nothing;

impl<'de> Deserializer<'de> for Nothing {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}
