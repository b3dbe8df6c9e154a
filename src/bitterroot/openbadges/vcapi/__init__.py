"""The library behind the VC-API: any W3C credential, signed and verified as strangers ask.

Badges have rules of their own, which `award` and `verify` keep. This package takes what the
public conformance suites send: credentials of the data model 1.1 and 2.0 of any kind, with their
own vocabularies, in presentations, with sets and chains of proofs. It opens no socket; the
command line serves it on loopback.
"""
