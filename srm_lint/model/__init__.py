"""The nouns: frozen, with slots, and without knowledge of any file format, language or provider.

They are msgspec Structs: making one costs an eighth of a frozen dataclass, and a scan makes hundreds of thousands.
"""
