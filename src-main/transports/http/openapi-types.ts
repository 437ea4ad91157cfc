/** The shape of the description, as far as it is used. */
import type { FieldSchema } from './route-input.ts';

export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: FieldSchema;
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly OpenApiParameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: JsonContent };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly unknown[];
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly 'x-events': Readonly<Record<string, FieldSchema>>;
  readonly components: Readonly<Record<string, unknown>>;
  readonly security: readonly unknown[];
}

export interface JsonContent {
  readonly 'application/json': { readonly schema: FieldSchema };
}
