"""Bytes to lines: decoding, cleaning, unwrapping, telling log from prose, redaction."""
