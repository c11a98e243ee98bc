// Empty on purpose: the C shim target includes the library's own headers.
