/** Starts GraphiQL with what the page says. Runs in the browser, as it is. */
(() => {
  const { React, ReactDOM, GraphiQL } = window;
  const settings = JSON.parse(document.getElementById('settings').textContent);
  const headers = settings.apiKey === null ? {} : { Authorization: `Bearer ${settings.apiKey}` };
  const fetcher = GraphiQL.createFetcher({ url: settings.endpoint, headers });
  ReactDOM.createRoot(document.getElementById('explorer')).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultQuery: settings.defaultQuery,
      defaultHeaders: JSON.stringify(headers, null, 2),
      // A key lives as long as the process: one kept from last time would be refused.
      shouldPersistHeaders: false,
      defaultEditorToolsVisibility: 'headers',
    }),
  );
})();
