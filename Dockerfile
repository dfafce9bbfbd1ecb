# A static binary and nothing else: no shell, no package manager, no root.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
# With .git, from which Go takes the commit that `postern version` tells.
COPY . .
# nodev leaves the development tenant out; nomsgpack a codec that nobody uses.
RUN CGO_ENABLED=0 go build -trimpath -tags nodev,nomsgpack -ldflags "-s -w" -o /postern ./cmd/postern

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /postern /postern
USER 65532:65532
EXPOSE 6060
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s --retries=3 CMD ["/postern", "health"]
ENTRYPOINT ["/postern"]
CMD ["serve"]
