"""The shape of a policy: one file a noun. Import them from `bitterroot.policy`."""
