"""The check of tracking lists: no Django, no files, no database.

`check_list` judges a list that `interfaces.lists.read_list` read; `check_lines` judges again the
lines that were mended.
"""
