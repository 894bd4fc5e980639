/** Of @scalar/api-reference only the standalone bundle is used, which holds all that it needs: 300 MB stay away. */
const readPackage = (manifest) =>
  manifest.name === "@scalar/api-reference" ? { ...manifest, dependencies: {}, peerDependencies: {} } : manifest

module.exports = { hooks: { readPackage } }
