"""One file a page; each has `show()`, which the shell hands to Streamlit."""
