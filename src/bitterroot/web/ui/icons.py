"""Our own few icons, drawn in strokes on a field of 24 by 24; they take the color of the text."""

PATHS: dict[str, str] = {
    "check": '<path d="M4.5 12.5l5 5 10-11"/>',
    "cross": '<path d="M6 6l12 12M18 6L6 18"/>',
    "valid": '<circle cx="12" cy="12" r="9.5"/><path d="M7.5 12.4l3.2 3.2 6-6.6"/>',
    "invalid": '<circle cx="12" cy="12" r="9.5"/><path d="M8.5 8.5l7 7M15.5 8.5l-7 7"/>',
    "warning": '<path d="M12 3.5L22 20.5H2z"/><path d="M12 10v5M12 17.6v.3"/>',
    "info": '<circle cx="12" cy="12" r="9.5"/><path d="M12 11v6M12 7.2v.3"/>',
    "question": '<circle cx="12" cy="12" r="9.5"/><path d="M9.3 9.4a2.8 2.8 0 115 1.7c-1 .9-2.3 1.4-2.3 3M12 17.4v.3"/>',
    "clock": '<circle cx="12" cy="12" r="9.5"/><path d="M12 6.5V12l4 2.5"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>',
    "download": '<path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15"/>',
    "upload": '<path d="M12 16V5M7 9.5l5-5 5 5M4.5 20h15"/>',
    "arrow": '<path d="M4 12h15M13.5 6.5L19 12l-5.5 5.5"/>',
    "link": '<path d="M10 14a4 4 0 005.8.2l3-3a4 4 0 00-5.7-5.7l-1.5 1.5M14 10a4 4 0 00-5.8-.2l-3 3a4 4 0 005.7 5.7l1.5-1.5"/>',
    "eye": '<path d="M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12z"/><circle cx="12" cy="12" r="3"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="10" rx="1.5"/><path d="M8 10.5V7.5a4 4 0 018 0v3"/>',
    "file": '<path d="M6 2.8h8.5L19 7.3v13.9H6z"/><path d="M14 3v5h5"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c.6-4.6 3.6-7 8-7s7.4 2.4 8 7"/>',
    "print": '<path d="M7 8.5V3.5h10v5M7 17H3.5V8.5h17V17H17M7 14h10v6.5H7z"/>',
    "mail": '<rect x="2.5" y="5" width="19" height="14" rx="1.5"/><path d="M3 6.5l9 7 9-7"/>',
    "pen": '<path d="M4 20l1-4.5L16.5 4 20 7.5 8.5 19z"/><path d="M14 6.5l3.5 3.5"/>',
}
