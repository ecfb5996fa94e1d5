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

// The class is Swagger UI's own switch.
followTheme(() => document.documentElement.classList.toggle("dark-mode", isDark()));

SwaggerUI({
  domNode: document.querySelector("#api"),
  url: "/api/openapi.json",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  validatorUrl: null, // would ask a site elsewhere
  // Trying a call out uses the cookies of whoever is signed in, hence the CSRF header.
  requestInterceptor: (request: ApiRequest) => {
    const token = csrfCookie();
    if (token !== null && !SAFE.has((request.method ?? "GET").toUpperCase())) {
      request.headers["X-CSRF-Token"] = token;
    }
    return request;
  },
});
