"""How Streamlit is set up: offline, silent, quick, errors without details. Called by the app."""

from streamlit import config

OPTIONS: dict[str, object] = {
    "browser.gatherUsageStats": False,
    "client.disableDataExport": True,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.showSidebarNavigation": True,
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
    "logger.level": "error",
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,  # the whole heap after every key: most of the wait for the next
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxMessageSize": 20,
    "server.maxUploadSize": 1,
}
THEME: dict[str, object] = {
    "theme.font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
    "theme.codeFont": "ui-monospace, 'DejaVu Sans Mono', monospace",
    "theme.headingFont": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
    "theme.baseRadius": "10px",
    "theme.light.primaryColor": "#4b2e83",
    "theme.light.backgroundColor": "#fbf8f2",
    "theme.light.secondaryBackgroundColor": "#f3ecdf",
    "theme.light.textColor": "#2b1b3d",
    "theme.light.borderColor": "#ddd0bb",
    "theme.light.sidebar.backgroundColor": "#f3ecdf",
    "theme.dark.primaryColor": "#7a5cd0",
    "theme.dark.backgroundColor": "#1a1726",
    "theme.dark.secondaryBackgroundColor": "#252136",
    "theme.dark.textColor": "#f2ecf7",
    "theme.dark.borderColor": "#443d5c",
    "theme.dark.sidebar.backgroundColor": "#211d30",
}


def quieten(*, host: str, port: int) -> None:
    """Set every option; a headless start without an address would ask an outside one for ours."""
    for name, value in (OPTIONS | THEME).items():
        config.set_option(name, value)
    config.set_option("server.address", host)
    config.set_option("server.port", port)
