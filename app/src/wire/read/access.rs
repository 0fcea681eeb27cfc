//! What lists, objects and variants hand to the types that are read.

use serde::de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::{Scan, Unreadable};

/// The entries of a list or an object.
pub struct Entries<'a, 'b> {
    scan: &'a mut Scan<'b>,
    first: bool,
}

impl<'a, 'b> Entries<'a, 'b> {
    pub fn new(scan: &'a mut Scan<'b>) -> Self {
        Self { scan, first: true }
    }
}

impl<'de> SeqAccess<'de> for Entries<'_, '_> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        if self.scan.another(&mut self.first)? {
            seed.deserialize(&mut *self.scan).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        if self.scan.another(&mut self.first)? {
            seed.deserialize(&mut *self.scan).map(Some)
        } else {
            Ok(None)
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unreadable> {
        self.scan.take(b':')?;
        seed.deserialize(&mut *self.scan)
    }
}

/// A variant: `"Name"`, or `{"Name": value}` without its braces.
pub struct Variant<'a, 'b> {
    scan: &'a mut Scan<'b>,
    has_value: bool,
}

impl<'a, 'b> Variant<'a, 'b> {
    pub fn plain(scan: &'a mut Scan<'b>) -> Self {
        Self { scan, has_value: false }
    }

    pub fn with_value(scan: &'a mut Scan<'b>) -> Self {
        Self { scan, has_value: true }
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), Unreadable> {
        let name = seed.deserialize(&mut *self.scan)?;
        if self.has_value {
            self.scan.take(b':')?;
        }
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        if self.has_value { self.scan.word("null") } else { Ok(()) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(self.scan)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        serde::Deserializer::deserialize_seq(self.scan, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        serde::Deserializer::deserialize_map(self.scan, visitor)
    }
}
