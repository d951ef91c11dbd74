"""The wire format of VideoSDK's encoder: parse its bodies, render its answers. No storage and no HTTP here."""
