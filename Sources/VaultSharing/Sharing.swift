internal import VaultCrypto
