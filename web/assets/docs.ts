// The API pages: Swagger UI from our own bundle, fed with our own OpenAPI document.

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";
import "./styles/docs.css";
import { csrfCookie } from "./lib/http";
import { followTheme, isDark } from "./lib/theme";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

interface ApiRequest {
  method?: string;
  headers: Record<string, string>;
}

interface ReactLike {
  Fragment: unknown;
  createElement: (type: unknown, props: unknown, ...children: unknown[]) => unknown;
}

type Component = (props: unknown) => unknown;

/** What stands above Swagger UI's main landmark gets one of its own. */
function withLandmark(info: unknown, { React }: { React: ReactLike }): Component {
  return (props) =>
    React.createElement("section", { "aria-label": "About this API" }, React.createElement(info, props));
}

/** Swagger UI's headings go from h1 to h3; this is the h2 between. */
function withHeading(operations: unknown, { React }: { React: ReactLike }): Component {
  const { Fragment, createElement } = React;
  return (props) =>
    createElement(
      Fragment,
      null,
      createElement("h2", { className: "visually-hidden" }, "Operations"),
      createElement(operations, props),
    );
}

// The class is Swagger UI's own switch.
followTheme(() => document.documentElement.classList.toggle("dark-mode", isDark()));

SwaggerUI({
  domNode: document.querySelector("#api"),
  url: "/api/openapi.json",
  deepLinking: false, // its links would stand inside of buttons, out of reach for screen readers
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  validatorUrl: null, // would ask a site elsewhere
  // Trying a call out uses the cookies of whoever is signed in, hence the CSRF header.
  plugins: [{ wrapComponents: { InfoContainer: withLandmark, operations: withHeading } }],
  requestInterceptor: (request: ApiRequest) => {
    const token = csrfCookie();
    if (token !== null && !SAFE.has((request.method ?? "GET").toUpperCase())) {
      request.headers["X-CSRF-Token"] = token;
    }
    return request;
  },
});
