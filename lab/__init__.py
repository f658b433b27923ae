"""The lab: real services, real faults, and whether the assistant finds what was done to them."""
