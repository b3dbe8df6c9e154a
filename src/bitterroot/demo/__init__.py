"""The demo university: invented people and programs, every state reached by calling verbs."""
