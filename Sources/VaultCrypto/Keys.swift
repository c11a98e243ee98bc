/// The vault's root: it wraps nothing by itself, only the keys derived from it are used.
package struct RootKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// Wraps file keys. Derived from the root.
package struct WrapKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// Makes the tags by which duplicates are recognised. Derived from the root.
package struct TagKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// What a desk slot holds: opens the pictures of subjects it can name. Derived from the root.
package struct DeskKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// Wraps the keyring. Derived from the root.
package struct RingKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// The key of one picture: random, and wrapped rather than derived, so that it can be destroyed.
package struct FileKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// Seals one record's values. Derived from the record's file key.
package struct ValueKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// Wraps a subject's file keys a second time, for the desk. Derived from the desk key.
package struct SubjectKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// Seals what one audit entry tells. Random, one for each transaction.
package struct TransactionKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// Seals a key of the keyring's epoch before. Derived from the one of this epoch.
package struct ChainKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// Seals a slot's private half while a session lasts. Random; lies in the kernel's keyring.
package struct SessionKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// What a passphrase or recovery code comes to: opens one slot's private half.
package struct SlotKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// What the index is sealed under. A random key of the keyring.
package struct IndexKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// Seals the blocks of the index's files. Derived from the index key.
package struct BlockKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// Seals cards. Derived from the index key.
package struct CardKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}

/// Makes the tags by which erased pictures are recognised. A random key of the keyring.
package struct ErasureKey: ~Copyable, Key {
    package let secret: Secret
    package init(_ secret: consuming Secret) { self.secret = secret.asKey() }
}
