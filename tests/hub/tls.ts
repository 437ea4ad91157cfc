/**
 * A certificate for this machine that signs itself, and its key. No system trusts it and it protects
 * nothing: a client that shall believe the hub is given the certificate as its authority.
 */
export const HUB_TLS = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHcyUME3hmo74m4I+
POyX7FQueeH/D/1pzCNJQVbgjeGhRANCAATm1r4uJvxP8o0Ib2UMCmUZyyQR+Paj
6BRwRkH/gOEjAZ+lSinXOLCRfqgBT4WXbmMp1eM5nLC8VkUXPH15f6mQ
-----END PRIVATE KEY-----
`,
  certificate: `-----BEGIN CERTIFICATE-----
MIIBhzCCASygAwIBAgIUDVbgEvX3YaKO7uEgVKWB6ZUzysQwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPTGFyZGVyIHRlc3QgaHViMCAXDTIwMDEwMTAwMDAwMFoYDzIx
MjAwMTAxMDAwMDAwWjAaMRgwFgYDVQQDDA9MYXJkZXIgdGVzdCBodWIwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAATm1r4uJvxP8o0Ib2UMCmUZyyQR+Paj6BRwRkH/
gOEjAZ+lSinXOLCRfqgBT4WXbmMp1eM5nLC8VkUXPH15f6mQo04wTDAaBgNVHREE
EzARgglsb2NhbGhvc3SHBH8AAAEwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU
IY/AmDTkblc19+uwAsbJYkypSugwCgYIKoZIzj0EAwIDSQAwRgIhALmZKGlLU2Tb
lzFe9hK7t1kjVGsQ8IzhOnuGLe4pa66+AiEA8VEOTLxM3o8PRgO+AMJLCajkdRAU
Fz585VyehEuVCok=
-----END CERTIFICATE-----
`,
};
