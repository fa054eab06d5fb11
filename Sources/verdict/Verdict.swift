import ArgumentParser
import AsyncHTTPClient
import HTTPAPI

@main struct Verdict: AsyncParsableCommand { func run() async throws { print("hi") } }
