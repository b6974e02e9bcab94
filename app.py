"""The router: page configuration, navigation, the frame, the page."""

import streamlit as st

from hccviz.ui import shell

st.set_page_config("hccviz", page_icon="📈", layout="wide", initial_sidebar_state=340)
sections = shell.pages()
page = st.navigation(sections, position="hidden")
shell.frame(sections, page)
page.run()
