"""Audit: which printed numbers cannot be true, of the five studies and of one's own table."""

import streamlit as st

from hccviz.ui import audit_parts, shell

here = shell.here()
st.title("Audit", anchor=False)
name = audit_parts.study(here)
found = audit_parts.audit_of(here, name)
if found is not None:
    audit_parts.results(here, name, found)
audit_parts.method()
