"""The demo: a page in the browser on which an article is restored, edit by edit.  Needs the extra `demo` (gradio).

Only `app` imports gradio; what the page shows and what its controls do is plain Python beside it.
"""
