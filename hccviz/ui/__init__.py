"""The only Streamlit code beside the pages: shell, state, cache, components."""
