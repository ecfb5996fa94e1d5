declare module "*.css?text" {
  const css: string;
  export default css;
}
declare module "*.css";
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  const SwaggerUIBundle: ((options: Record<string, unknown>) => unknown) & {
    presets: { apis: unknown };
  };
  export default SwaggerUIBundle;
}
