#!/usr/bin/env node
import "@hipay-pos/cli/dist/main.js"
